package dev.graft.api;

import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.program.Tensor;
import java.util.Optional;

/** Changes what attention looks at, or what it gives. Defaults change nothing. */
public interface AttentionIntervention {
  /** Extra keys and values, in front of the sequence's own, which every token may look at. */
  default Optional<KeysValues> front(Batch batch) {
    return Optional.empty();
  }

  /** Replaces what each head gives, before the output projection. */
  default Tensor output(Attended attended) {
    return attended.output();
  }

  /**
   * Keys and values of virtual rows.
   *
   * @param keys (1 or B, key-value heads, rows, head width), after any rotation of positions
   * @param values of the same shape
   */
  record KeysValues(Tensor keys, Tensor values) {}

  /**
   * Attention at work.
   *
   * @param query (B, heads, T, head width), rotated where the host rotates
   * @param output (B, heads, T, head width)
   * @param key the host's own projection to keys, without interventions: from (..., width) to (...,
   *     key-value heads x head width)
   * @param value the same to values
   */
  record Attended(Tensor query, Tensor output, Affine key, Affine value, Batch batch) {}
}
