package dev.graft.harness.training;

import dev.graft.harness.measure.Numbers;
import java.util.List;

/**
 * What the steps of a training came to.
 *
 * @param seconds see {@link #TIMED}
 * @param losses of each step, in order
 * @param validations in the order of their steps, of the objective's first measure; none where
 *     nothing is decided by them
 * @param kept the step whose weights were kept
 */
public record TrainingSteps(
    double seconds, List<Double> losses, List<Validation> validations, int kept) {
  /** What the time of a training is that of; what else there is has phases of its own. */
  public static final String TIMED =
      "all training steps, without loading, compiling, making batches and evaluating";

  public TrainingSteps {
    losses = Numbers.copyOf(losses);
    validations = List.copyOf(validations);
    if (losses.isEmpty()) {
      throw new IllegalArgumentException("a training without a step");
    }
  }

  public int count() {
    return losses.size();
  }

  /** The mean loss over the first tenth of the steps. */
  public double firstLoss() {
    return mean(losses.subList(0, tenth()));
  }

  /** The mean loss over the last tenth of the steps. */
  public double lastLoss() {
    return mean(losses.subList(losses.size() - tenth(), losses.size()));
  }

  private int tenth() {
    return Math.max(1, losses.size() / 10);
  }

  private static double mean(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
