package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.Optional;

/** Changes the token embeddings. Defaults change nothing. */
public interface EmbeddingIntervention {
  /** Extra rows in front of every sequence, (1 or B, rows, width). */
  default Optional<Tensor> front(Batch batch) {
    return Optional.empty();
  }

  /**
   * Replaces the embedded tokens.
   *
   * @param embedded (B, T, width), before positions are added
   */
  default Tensor output(Tensor embedded, Batch batch) {
    return embedded;
  }
}
