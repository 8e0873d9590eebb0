package dev.graft.harness.report.figure;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.LatencyFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Forward passes at one size of batch.
 *
 * @param margin from which on a difference to the base matters, as a fraction
 * @param noiseFloor by what fraction two copies of the base may differ
 */
record LatencyData(
    String size,
    int processes,
    int rounds,
    double margin,
    double noiseFloor,
    double baseMilliseconds,
    Optional<Double> baseKernels,
    List<Arm> arms) {

  /**
   * A program.
   *
   * @param arm the name of the arm
   * @param ratio to the base's time
   * @param verdict with all claims of the report corrected for
   * @param deviceMilliseconds the time on the device
   * @param kernels that are launched
   */
  record Arm(
      String arm,
      boolean merged,
      double milliseconds,
      Interval ratio,
      String verdict,
      Optional<Double> deviceMilliseconds,
      Optional<Double> kernels,
      Optional<Double> joules) {}

  static LatencyData of(Comparison comparison, Claims claims, LatencyResult result) {
    List<Arm> arms = new ArrayList<>();
    for (Contender contender : comparison.pretrained()) {
      for (boolean merged : new boolean[] {false, true}) {
        result
            .of(contender.name(), merged)
            .ifPresent(
                arm ->
                    arms.add(
                        new Arm(
                            contender.name(),
                            merged,
                            arm.milliseconds(),
                            Interval.of(arm.ratio(), Units::ratio),
                            LatencyFindings.verdict(comparison, claims, result, arm).words(),
                            cost(result, arm, cost -> cost.milliseconds().value()),
                            cost(result, arm, cost -> cost.kernels().value()),
                            cost(result, arm, cost -> cost.joules().value()))));
      }
    }
    return new LatencyData(
        result.size().toString(),
        result.processes().size(),
        result.rounds(),
        result.comparison().margin(),
        result.comparison().noiseFloor(),
        result.comparison().baseMilliseconds(),
        optional(result.cost(ProcessTimes.BASE, cost -> cost.kernels().value())),
        arms);
  }

  private static Optional<Double> cost(
      LatencyResult result, ArmLatency arm, Function<DeviceCost, Optional<Double>> which) {
    return optional(result.cost(arm.name(), which));
  }

  private static Optional<Double> optional(OptionalDouble number) {
    return number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
  }
}
