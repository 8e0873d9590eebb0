package dev.graft.lora;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.program.Tensor;

/**
 * How much the loss depends on each element of a tensor: section 3.2.
 *
 * @param following one while importances are followed, zero when they stay
 */
record Importance(Graft graft, Tensor following, double beta1, double beta2) {
  /**
   * Follows a trained tensor in two buffers.
   *
   * @return s(w), the smoothed sensitivity times its uncertainty, of the tensor's shape, as it is
   *     after a step
   */
  Tensor of(String name, Tensor w) {
    Tensor mean = graft.buffer(name + ".importance", w.shape(), Initializer.zeros());
    Tensor spread = graft.buffer(name + ".uncertainty", w.shape(), Initializer.zeros());
    Tensor sensitivity = w.times(graft.gradient(w)).abs(); // I = |w dL/dw|
    Tensor newMean = moved(mean, sensitivity, beta1); // smoothed I
    Tensor newSpread = moved(spread, sensitivity.minus(newMean).abs(), beta2); // smoothed |I - it|
    graft.afterStep(mean, newMean);
    graft.afterStep(spread, newSpread);
    return newMean.times(newSpread);
  }

  /** {@code beta old + (1 - beta) now}, or what was. */
  private Tensor moved(Tensor old, Tensor now, double beta) {
    return old.plus(now.minus(old).times(following.times(1 - beta)));
  }
}
