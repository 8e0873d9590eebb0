package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.function.UnaryOperator;

/** Changes what a sublayer or a block gives. */
@FunctionalInterface
public interface SublayerIntervention {
  /**
   * {@return what takes the place of the output, (B, S, width)}
   *
   * @param state what the sublayer or block reads and gives
   */
  Tensor output(State state);

  /**
   * A sublayer or block at work. All tensors are of shape (B, S, width), with the B and S of {@link
   * Batch}.
   *
   * @param residual the stream that the output will be added to; for a block, what it reads
   * @param input what the sublayer reads: the stream, after the norm in a pre-norm host
   * @param output what it gives so far, before the residual is added; for a block, the stream that
   *     leaves it
   * @param norm the norm that follows the addition in a post-norm host; else the identity
   * @param batch whose rows these are
   */
  record State(
      Tensor residual, Tensor input, Tensor output, UnaryOperator<Tensor> norm, Batch batch) {}
}
