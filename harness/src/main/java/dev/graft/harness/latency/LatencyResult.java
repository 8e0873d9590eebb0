package dev.graft.harness.latency;

import dev.graft.harness.measure.LatencyComparison;
import dev.graft.harness.measure.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.LatencyTimes;
import java.util.Optional;

/** The latency of a study's arms at one size of batch. */
public record LatencyResult(
    LatencySpec.Size size, LatencyTimes times, LatencyComparison comparison) {
  private static final String MERGED = " merged";

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
}
