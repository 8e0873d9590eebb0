package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.function.UnaryOperator;

/** Changes what a sublayer or a block gives. */
@FunctionalInterface
public interface SublayerIntervention {
  /** Replaces the output, of shape (B, T, width). */
  Tensor output(State state);

  /**
   * A sublayer or block at work. All tensors are of shape (B, T, width).
   *
   * @param residual the stream that the output will be added to; for a block, what it reads
   * @param input what the sublayer reads: the stream, after the norm in a pre-norm host
   * @param output what it gives so far, before the residual is added
   * @param norm the norm that follows the addition in a post-norm host; else the identity
   */
  record State(
      Tensor residual, Tensor input, Tensor output, UnaryOperator<Tensor> norm, Batch batch) {}
}
