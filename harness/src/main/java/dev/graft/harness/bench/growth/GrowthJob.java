package dev.graft.harness.bench.growth;

import dev.graft.harness.bench.Figure;
import dev.graft.harness.bench.GraftSide;
import dev.graft.harness.bench.HeldMemory;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.JobProcess;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.gpu.Nvml;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.LatencyBenchmark;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.harness.measure.latency.PairedTimes;
import dev.graft.methods.Methods;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * What one process does: it measures along one axis, first the memory of each size, the smallest
 * first, and then the times of all, which take turns.
 *
 * @param figures that differ in one size
 * @param device as {@link Device#named} takes it
 * @param seconds for the rounds of all
 */
public record GrowthJob(List<Figure> figures, String device, Precision precision, double seconds) {
  private static final int ROUNDS = 20;
  private static final double WIDTH = 0.02;
  private static final int PASSES = 3;
  private static final long SEED = 1;

  public GrowthJob {
    figures = List.copyOf(figures);
  }

  /**
   * What the job's file holds when it is done.
   *
   * @param memory the bytes of each size beyond what the process held before the first, at most
   * @param rounds the milliseconds of each size, by round
   */
  public record Results(List<Reading> memory, List<List<Double>> rounds) {
    public Results {
      memory = List.copyOf(memory);
      rounds = rounds.stream().map(List::copyOf).toList();
    }
  }

  /** In a process of its own. */
  public static void main(String[] args) {
    JobProcess.run(
        args, (job, listener) -> Json.read(job.task(), GrowthJob.class).run(job, listener));
  }

  private Results run(JobFolder folder, Consumer<Progress> listener) {
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 1, Double.NaN));
    try (Device place = Device.named(device)) {
      List<Reading> memory = memory(place, folder);
      listener.accept(new Progress(Progress.Phase.TIMING, 0, 1, Double.NaN));
      return new Results(memory, rounds(place, folder));
    }
  }

  private GraftSide side(Device place, JobFolder folder) {
    return new GraftSide(place, precision, Methods.installed(), folder.path());
  }

  private List<Reading> memory(Device place, JobFolder folder) {
    Optional<Nvml> gpu = Nvml.ofDevice(place);
    try {
      HeldMemory held = HeldMemory.of(gpu, ProcessHandle.current().pid());
      if (place.isGpu()) { // CUDA's context and the code of kernels are loaded once
        most(figures.get(0), held, place, folder);
      }
      held.reset();
      Reading before = held.most();
      return figures.stream().map(each -> most(each, held, place, folder).less(before)).toList();
    } finally {
      gpu.ifPresent(Nvml::close);
    }
  }

  private Reading most(Figure figure, HeldMemory held, Device place, JobFolder folder) {
    held.reset();
    GraftSide side = side(place, folder);
    try {
      held.during(
          () -> {
            side.open(side.request(figure));
            return side.passes(PASSES);
          });
      return held.most();
    } finally {
      held.during(
          () -> {
            side.close();
            return side;
          });
    }
  }

  private List<List<Double>> rounds(Device place, JobFolder folder) {
    Deque<GraftSide> sides = new ArrayDeque<>();
    try {
      Map<String, DoubleSupplier> arms = new LinkedHashMap<>();
      for (Figure figure : figures) {
        GraftSide side = side(place, folder);
        sides.push(side);
        side.open(side.request(figure));
        arms.put("" + arms.size(), () -> PairedTimes.middle(side.passes(PASSES)));
      }
      DoubleSupplier first = arms.remove("0");
      LatencyTimes times =
          new LatencyBenchmark(Duration.ofNanos(Math.round(1e9 * seconds)), ROUNDS, WIDTH, SEED)
              .runTimed(first, first, arms);
      List<List<Double>> bySize = new ArrayList<>(List.of(times.base()));
      bySize.addAll(times.arms().values());
      return IntStream.range(0, times.rounds())
          .mapToObj(round -> bySize.stream().map(all -> all.get(round)).toList())
          .toList();
    } finally {
      sides.forEach(GraftSide::close);
    }
  }
}
