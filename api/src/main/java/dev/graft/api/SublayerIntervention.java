package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.function.UnaryOperator;

/** Changes what a sublayer or a block gives, and what it reads. */
@FunctionalInterface
public interface SublayerIntervention {
  /**
   * {@return what takes the place of what the sublayer or block reads, (B, S, width); the same by
   * default} What a sublayer gives is still added to the stream as it was; a block adds to what it
   * reads.
   *
   * @param x what a block reads, or a sublayer: the stream, after the norm in a pre-norm host
   * @param batch whose rows these are
   */
  default Tensor input(Tensor x, Batch batch) {
    return x;
  }

  /**
   * {@return what takes the place of the output, (B, S, width)}
   *
   * @param state what the sublayer or block reads and gives
   */
  Tensor output(State state);

  /**
   * A sublayer or block at work. All tensors are of shape (B, S, width), with the B and S of {@link
   * Batch}.
   */
  interface State {
    /** {@return the stream that the output will be added to; for a block, what it reads} */
    Tensor residual();

    /**
     * {@return what the sublayer reads: the stream, after the norm in a pre-norm host, and after
     * every {@link SublayerIntervention#input}}
     */
    Tensor input();

    /**
     * {@return what it gives so far, before the residual is added; for a block, the stream that
     * leaves it}
     */
    Tensor output();

    /** {@return the norm that follows the addition in a post-norm host; else the identity} */
    UnaryOperator<Tensor> norm();

    /** {@return the batch whose rows these are} */
    Batch batch();
  }
}
