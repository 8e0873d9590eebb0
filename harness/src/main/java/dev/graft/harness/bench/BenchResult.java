package dev.graft.harness.bench;

import dev.graft.harness.bench.FigureTimes.SideFacts;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.PairedTimes;
import dev.graft.program.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the processes found of one figure.
 *
 * @param processes one or more
 */
public record BenchResult(Figure figure, Precision precision, List<FigureTimes> processes) {
  /** Beyond it two computations are not the same one. */
  private static final double SAME = 1e-3;

  /** In 16 bits, of which bfloat16 has 8 for the fraction: two numbers after many layers. */
  private static final double SAME_IN_16_BITS = 0.15;

  public BenchResult {
    processes = List.copyOf(processes);
  }

  /** A result a figure that any process timed. */
  public static List<BenchResult> all(BenchSpec spec, List<BenchJob.Results> processes) {
    List<BenchResult> all = new ArrayList<>();
    for (int i = 0; i < spec.figures().size(); i++) {
      int figure = i;
      List<FigureTimes> found =
          processes.stream()
              .filter(process -> figure < process.figures().size())
              .map(process -> process.figures().get(figure))
              .toList();
      if (!found.isEmpty()) {
        all.add(new BenchResult(spec.figures().get(i), spec.precision(), found));
      }
    }
    return all;
  }

  /** The sides besides Graft. */
  public List<String> others() {
    return processes.get(0).sides().keySet().stream()
        .filter(side -> !side.equals(FigureTimes.GRAFT))
        .toList();
  }

  /** Why a side has no times, if it has none. */
  public Optional<String> refusal(String side) {
    return facts(side).stream().flatMap(facts -> facts.refusal().stream()).findFirst();
  }

  /** The largest difference to what Graft computes, as a share. */
  public double difference(String side) {
    return facts(side).stream().mapToDouble(SideFacts::difference).max().orElseThrow();
  }

  /** Whether a side computes what Graft does, up to rounding. */
  public boolean isSame(String side) {
    return difference(side) <= (precision == Precision.FLOAT32 ? SAME : SAME_IN_16_BITS);
  }

  /** The median over processes of a side's median over rounds. */
  public double milliseconds(String side) {
    return PairedTimes.median(times(side));
  }

  /** Graft's time as a share of a side's, by pairs of one round. */
  public Estimate ratio(String side) {
    return new PairedTimes(FigureTimes.GRAFT, times(FigureTimes.GRAFT), times(side)).ratio();
  }

  /** What Graft's second time of each round is of its first: what the measurement can't tell. */
  public Estimate twins() {
    return new PairedTimes(
            FigureTimes.GRAFT,
            processes.stream().map(process -> process.times().twin()).toList(),
            times(FigureTimes.GRAFT))
        .ratio();
  }

  private List<List<Double>> times(String side) {
    return processes.stream()
        .map(FigureTimes::times)
        .map(times -> side.equals(FigureTimes.GRAFT) ? times.base() : times.arms().get(side))
        .toList();
  }

  /** The largest of a process, or why there is none. */
  public Reading most(String side, Function<SideFacts, Reading> which) {
    List<Reading> all = facts(side).stream().map(which).toList();
    return all.stream()
        .filter(reading -> reading.value().isPresent())
        .max((a, b) -> Double.compare(a.value().orElseThrow(), b.value().orElseThrow()))
        .orElse(all.get(0));
  }

  private List<SideFacts> facts(String side) {
    return processes.stream().map(process -> process.sides().get(side)).toList();
  }

  /** The fewest rounds of a process. */
  public int rounds() {
    return processes.stream().mapToInt(process -> process.times().rounds()).min().orElseThrow();
  }
}
