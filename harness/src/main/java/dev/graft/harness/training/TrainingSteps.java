package dev.graft.harness.training;

/**
 * What the steps of a training came to.
 *
 * @param seconds see {@link #TIMED}
 * @param firstLoss the mean over the first tenth of the steps
 * @param lastLoss the mean over the last tenth of the steps
 */
public record TrainingSteps(int count, double seconds, double firstLoss, double lastLoss) {
  /** What the time of a training is that of: compiling happens as the first steps run. */
  public static final String TIMED =
      "all training steps, compiling among them, without loading and evaluating";
}
