package dev.graft.harness.bench;

import dev.graft.harness.bench.FigureTimes.SideFacts;
import dev.graft.harness.environment.Environment;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.JobProcess;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.gpu.Nvml;
import dev.graft.harness.measure.latency.LatencyBenchmark;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.harness.measure.latency.PairedTimes;
import dev.graft.methods.Methods;
import dev.graft.program.Device;
import dev.graft.sharing.Opened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * What one process of {@code graft bench} does. Graft computes in it, and every other side in a
 * process that it starts; all take turns, and whoever has none waits.
 *
 * @param number of the process, from 1
 * @param own names of environment variables that Graft has set for its own process alone
 */
public record BenchJob(BenchSpec spec, int number, Set<String> own) {
  /** So many are wanted of a figure, and as narrow an interval of each ratio. */
  private static final int ROUNDS = 20;

  private static final double WIDTH = 0.02;

  /** A turn is about so long, that no side is timed while it wakes up. */
  private static final double TURN_MILLISECONDS = 40;

  private static final int MOST_PASSES = 20;

  public BenchJob {
    own = Set.copyOf(own);
  }

  /**
   * What the job's file holds when it is done.
   *
   * @param figures the first, and those that were begun in time, in their order
   */
  public record Results(Map<String, String> machine, List<FigureTimes> figures) {
    public Results {
      figures = List.copyOf(figures);
    }
  }

  /** In a process of its own. */
  public static void main(String[] args) {
    JobProcess.run(
        args, (job, listener) -> Json.read(job.task(), BenchJob.class).run(job, listener));
  }

  private Results run(JobFolder folder, Consumer<Progress> listener) {
    long end = System.nanoTime() + Math.round(60e9 * spec.limit());
    try (Turns turns = new Turns(folder)) {
      List<FigureTimes> found = new ArrayList<>();
      for (Figure figure : spec.figures()) {
        if (found.isEmpty() || System.nanoTime() < end) {
          int total = spec.figures().size();
          listener.accept(new Progress(Progress.Phase.TIMING, found.size(), total, Double.NaN));
          found.add(turns.of(figure));
        }
      }
      Map<String, String> machine = new LinkedHashMap<>(Environment.machine());
      turns.device.graphUse().told().ifPresent(use -> machine.put("CUDA graphs", use));
      return new Results(machine, found);
    }
  }

  /** All sides; the others first, which load their libraries while Graft loads its host. */
  private final class Turns implements AutoCloseable {
    private final Opened opened = new Opened();
    private final Map<String, Side> sides = new LinkedHashMap<>();
    private final Map<String, HeldMemory> memory = new LinkedHashMap<>();
    private final Device device;
    private final GraftSide graft;

    Turns(JobFolder folder) {
      try {
        if (!spec.peer().isEmpty()) {
          for (String way : spec.ways()) {
            sides.put(
                way,
                opened.kept(PeerSide.start(spec, way, folder.path().resolve(way + ".log"), own)));
          }
        }
        this.device = opened.kept(Device.named(spec.device()));
        device.captureGraphs(spec.capture());
        this.graft =
            opened.kept(
                new GraftSide(device, spec.precision(), Methods.installed(), folder.path()));
        sides.put(FigureTimes.GRAFT, graft);
        Optional<Nvml> card = Nvml.ofDevice(device);
        card.ifPresent(opened::kept);
        sides.forEach((name, side) -> memory.put(name, HeldMemory.of(card, side.pid())));
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    FigureTimes of(Figure figure) {
      Request request = memory.get(FigureTimes.GRAFT).during(() -> graft.request(figure));
      memory.values().forEach(HeldMemory::reset); // another host was held until now
      Map<String, Side.Opening> openings = new LinkedHashMap<>();
      Map<String, Double> seconds = new LinkedHashMap<>();
      sides.forEach(
          (name, side) -> {
            long start = System.nanoTime();
            openings.put(name, memory.get(name).during(() -> side.open(request)));
            seconds.put(name, (System.nanoTime() - start) / 1e9);
          });
      int passes = passes();
      Map<String, DoubleSupplier> arms = new LinkedHashMap<>();
      openings.forEach(
          (name, opening) -> {
            if (opening.refusal().isEmpty() && !name.equals(FigureTimes.GRAFT)) {
              arms.put(name, () -> round(name, passes));
            }
          });
      DoubleSupplier own = () -> round(FigureTimes.GRAFT, passes);
      LatencyTimes times =
          new LatencyBenchmark(
                  Duration.ofNanos(Math.round(1e9 * spec.seconds())), ROUNDS, WIDTH, number)
              .runTimed(own, own, arms);
      List<Double> expected = openings.get(FigureTimes.GRAFT).values();
      Map<String, SideFacts> facts = new LinkedHashMap<>();
      sides.forEach(
          (name, side) -> {
            Side.Opening opening = openings.get(name);
            facts.put(
                name,
                new SideFacts(
                    opening.refusal(),
                    seconds.get(name),
                    difference(opening.values(), expected),
                    memory.get(name).most(),
                    memory.get(name).during(side::letGo)));
          });
      return new FigureTimes(figure, passes, times, facts);
    }

    private int passes() {
      double one = PairedTimes.middle(turn(FigureTimes.GRAFT, 2));
      return (int) Math.max(1, Math.min(MOST_PASSES, TURN_MILLISECONDS / one));
    }

    private double round(String name, int passes) {
      return PairedTimes.middle(turn(name, passes));
    }

    private List<Double> turn(String name, int passes) {
      return memory.get(name).during(() -> sides.get(name).passes(passes));
    }

    @Override
    public void close() {
      opened.close();
    }
  }

  /** The largest, as a share of the largest number; NaN where there are not as many numbers. */
  static double difference(List<Double> found, List<Double> expected) {
    if (found.size() != expected.size()) {
      return Double.NaN;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < found.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.get(i)));
      difference = Math.max(difference, Math.abs(found.get(i) - expected.get(i)));
    }
    return difference / largest;
  }
}
