package dev.graft.harness.training;

/**
 * The learning rate over time, as a factor: a linear rise, then a linear fall that would reach zero
 * one step after the last.
 *
 * @param warmup the share of the steps in which it rises
 */
record LearningRateSchedule(int steps, double warmup) {
  /**
   * The factor of a step.
   *
   * @param step from 0
   * @return in (0, 1]
   */
  double factor(int step) {
    int rising = (int) Math.ceil(warmup * steps);
    return step < rising
        ? (step + 1.0) / rising
        : (double) (steps - step) / Math.max(1, steps - rising);
  }
}
