package dev.graft.harness.study.forecast;

import dev.graft.harness.trial.Arm;
import java.util.Optional;

/**
 * What one trial of an arm will take.
 *
 * @param method parameters that its methods train
 * @param head parameters of its task head
 * @param bytes on the device while it trains, at full batches of the longest texts
 * @param flops of a forward pass of such a batch
 * @param steps that it trains
 * @param seconds that its steps take, if some were measured
 */
public record ArmForecast(
    String name,
    Arm arm,
    long method,
    long head,
    long bytes,
    long flops,
    long steps,
    Optional<Double> seconds) {
  ArmForecast at(double secondsPerOperation) {
    return new ArmForecast(
        name,
        arm,
        method,
        head,
        bytes,
        flops,
        steps,
        Optional.of(secondsPerOperation * flops * steps));
  }
}
