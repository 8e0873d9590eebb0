package dev.graft.api;

import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Changes what attention looks at, or what it gives. Defaults change nothing. B, S and T are those
 * of {@link Batch}.
 */
public interface AttentionIntervention {
  /**
   * {@return extra keys and values, in front of the sequence's own, which every token may look at;
   * none by default} Where several grafts have some, those of the first one come first.
   *
   * @param batch whose mask and positions don't count these rows
   */
  default Optional<KeysValues> front(Batch batch) {
    return Optional.empty();
  }

  /**
   * {@return what takes the place of what the heads give, before the output projection: (B, heads,
   * S, head width); the same by default}
   *
   * @param attended what attention computed, with everything that is in front of it
   */
  default Tensor output(Attended attended) {
    return attended.output();
  }

  /**
   * Keys and values of virtual rows (Li and Liang 2021).
   *
   * @param keys (1 or B, key-value heads, rows, head width), after any rotation of positions
   * @param values of the same shape
   */
  record KeysValues(Tensor keys, Tensor values) {}

  /** Attention at work. */
  interface Attended {
    /** {@return (B, heads, S, head width), rotated where the host rotates} */
    Tensor query();

    /** {@return what the heads give so far, (B, heads, S, head width)} */
    Tensor output();

    /**
     * {@return the host's own projection to keys, without interventions: from (..., width) to (...,
     * key-value heads x head width)}
     */
    Affine key();

    /** {@return the same to values} */
    Affine value();

    /** {@return the batch that is attended to} */
    Batch batch();
  }
}
