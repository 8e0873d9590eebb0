package dev.graft.harness.latency;

import dev.graft.harness.environment.Environment;
import dev.graft.harness.job.JobProcess;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.latency.LatencyBenchmark;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.methods.Methods;
import dev.graft.program.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What one process of a latency measurement does: it loads all, and times it at each size.
 *
 * @param number of the process, from 1
 * @param seconds for the rounds of all sizes
 */
public record LatencyJob(LatencyField field, LatencySpec spec, int number, double seconds) {
  /** Fresh values and tokens are those of every process; the order of the arms is not. */
  private static final long SEED = 1;

  /** What the job's file holds when it is done. */
  public record Results(Circumstances circumstances, List<ProcessTimes> sizes) {
    /**
     * Reads what a process has left.
     *
     * @param before what earlier ones have, with which it is to be compared
     */
    public static Results read(
        Path file, LatencyField field, LatencySpec spec, List<Results> before) {
      return Json.read(
          file,
          Results.class,
          found -> {
            if (!found.sizes.stream().map(ProcessTimes::size).toList().equals(spec.sizes())) {
              throw new IllegalArgumentException("times of other sizes");
            }
            List<Results> all = new ArrayList<>(before);
            do { // as if those that are still to come found the same
              all.add(found);
            } while (all.size() < spec.processes());
            LatencyResult.all(field, spec, all);
          });
    }
  }

  /** In a process of its own. */
  public static void main(String[] args) {
    JobProcess.run(
        args,
        (job, listener) ->
            Json.read(job.task(), LatencyJob.class).run(Methods.installed(), listener));
  }

  private Results run(Methods methods, Consumer<Progress> listener) {
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 1, Double.NaN));
    try (Device device = device();
        Copies copies = new Copies(field, device, methods, SEED)) {
      Map<String, String> before = gauges(device);
      List<Passes> passes = spec.sizes().stream().map(size -> new Passes(copies, size)).toList();
      List<LatencyTimes> times = times(passes, listener);
      Circumstances circumstances =
          new Circumstances(Environment.machine(), before, gauges(device));
      List<ProcessTimes> found = new ArrayList<>();
      for (int i = 0; i < passes.size(); i++) {
        found.add(passes.get(i).with(times.get(i), number == spec.processes()));
      }
      return new Results(circumstances, found);
    }
  }

  private Device device() {
    Device device = Device.named(field.device());
    device.captureGraphs(field.capture().orElse(Device.Capture.OFF));
    return device;
  }

  private Map<String, String> gauges(Device device) {
    Map<String, String> read = new LinkedHashMap<>(Gauges.read(device));
    device.graphUse().told().ifPresent(use -> read.put("CUDA graphs", use));
    return read;
  }

  /** The rounds of all sizes, before anything else is measured, which would take their time. */
  private List<LatencyTimes> times(List<Passes> passes, Consumer<Progress> listener) {
    List<LatencyTimes> times = new ArrayList<>();
    long end = System.nanoTime() + Math.round(1e9 * seconds);
    int sizes = passes.size();
    for (int i = 0; i < sizes; i++) {
      listener.accept(new Progress(Progress.Phase.TIMING, i, sizes, Double.NaN));
      Duration share = Duration.ofNanos(end - System.nanoTime()).dividedBy(sizes - i);
      times.add(
          passes.get(i).timed(new LatencyBenchmark(share, spec.rounds(), spec.margin(), number)));
    }
    return times;
  }
}
