package dev.graft.harness.study.forecast;

import dev.graft.harness.study.Rungs;
import dev.graft.harness.trial.Arm;
import java.util.Optional;

/**
 * What an arm will take.
 *
 * @param method parameters that its methods train
 * @param head parameters of its task head
 * @param bytes on the device while it trains, at full batches of the longest texts
 * @param flops of a forward pass of such a batch
 * @param steps of a whole trial
 * @param tuning the trials that its settings are chosen by
 * @param reported its trials that are reported
 * @param secondsPerStep if some were measured
 */
public record ArmForecast(
    String name,
    Arm arm,
    long method,
    long head,
    long bytes,
    long flops,
    long steps,
    Rungs tuning,
    int reported,
    Optional<Double> secondsPerStep) {
  /** How many trials run at most. */
  public int trials() {
    return reported + tuning.trials();
  }

  /** The steps of all trials at most: a trial that goes on does not begin anew. */
  public long allSteps() {
    return reported * steps + tuning.steps();
  }

  /** The seconds that the steps of a whole trial take. */
  public Optional<Double> seconds() {
    return secondsPerStep.map(seconds -> seconds * steps);
  }

  /** The same of all trials. */
  public Optional<Double> allSeconds() {
    return secondsPerStep.map(seconds -> seconds * allSteps());
  }

  ArmForecast at(double secondsPerOperation) {
    return new ArmForecast(
        name,
        arm,
        method,
        head,
        bytes,
        flops,
        steps,
        tuning,
        reported,
        Optional.of(secondsPerOperation * flops));
  }
}
