package dev.graft.harness.latency;

import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.latency.LatencyComparison;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.latency.LatencyTimes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The latency of arms at one size of batch.
 *
 * @param field who was timed
 * @param processes what each found
 * @param circumstances of each process
 */
public record LatencyResult(
    LatencySpec.Size size,
    LatencyField field,
    List<ProcessTimes> processes,
    List<Circumstances> circumstances,
    LatencyComparison comparison) {
  private static final String MERGED = " merged";

  public LatencyResult {
    processes = List.copyOf(processes);
    circumstances = List.copyOf(circumstances);
  }

  /**
   * What processes found.
   *
   * @param done of which each timed all sizes
   * @return a result a size
   */
  public static List<LatencyResult> all(
      LatencyField field, LatencySpec spec, List<LatencyJob.Results> done) {
    return IntStream.range(0, spec.sizes().size()).mapToObj(i -> of(field, spec, done, i)).toList();
  }

  private static LatencyResult of(
      LatencyField field, LatencySpec spec, List<LatencyJob.Results> done, int size) {
    List<ProcessTimes> processes = done.stream().map(process -> process.sizes().get(size)).toList();
    return new LatencyResult(
        spec.sizes().get(size),
        field,
        processes,
        done.stream().map(LatencyJob.Results::circumstances).toList(),
        LatencyComparison.of(
            processes.stream().map(ProcessTimes::times).toList(), spec.processes(), spec.margin()));
  }

  /** The name of an arm. */
  static String arm(String method, boolean merged) {
    return merged ? method + MERGED : method;
  }

  /** A method's arm, if it was timed: only a method that merges has a merged one. */
  public Optional<ArmLatency> of(String method, boolean merged) {
    return comparison.arms().stream()
        .filter(arm -> arm.name().equals(arm(method, merged)))
        .findFirst();
  }

  /** The fewest rounds that a process timed. */
  public int rounds() {
    return times().stream().mapToInt(LatencyTimes::rounds).min().orElse(0);
  }

  /** Whether times had settled in every process before its rounds began. */
  public boolean steady() {
    return times().stream().allMatch(LatencyTimes::steady);
  }

  private List<LatencyTimes> times() {
    return processes.stream().map(ProcessTimes::times).toList();
  }

  /**
   * A cost of an arm on the device, if any process could measure it: the median of those that did.
   *
   * @param arm as it is named here, or {@link ProcessTimes#BASE}
   */
  public OptionalDouble cost(String arm, Function<DeviceCost, Optional<Double>> which) {
    List<Double> found =
        processes.stream()
            .flatMap(each -> Optional.ofNullable(each.costs().get(arm)).stream())
            .flatMap(cost -> which.apply(cost).stream())
            .sorted()
            .toList();
    return found.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(found.get(found.size() / 2));
  }
}
