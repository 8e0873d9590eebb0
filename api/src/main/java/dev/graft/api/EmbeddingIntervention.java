package dev.graft.api;

import dev.graft.program.Tensor;

/** Changes the token embeddings. */
@FunctionalInterface
public interface EmbeddingIntervention {
  /**
   * Replaces the embedded tokens.
   *
   * @param embedded (B, T, width), before positions are added
   */
  Tensor output(Tensor embedded, Batch batch);
}
