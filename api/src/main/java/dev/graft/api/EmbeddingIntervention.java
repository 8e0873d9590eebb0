package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.Optional;

/** Changes the token embeddings, or puts rows in front of them. Defaults change nothing. */
public interface EmbeddingIntervention {
  /**
   * Replaces the embedded tokens.
   *
   * @param embedded (B, T, width), before positions are added and without any virtual row
   * @param batch of the tokens alone
   */
  default Tensor output(Tensor embedded, Batch batch) {
    return embedded;
  }

  /**
   * Virtual rows, (1 or B, rows, width), in front of the tokens: the host adds positions to them as
   * it does to tokens, pads labels and masks, and leaves them out of logits and hidden states.
   */
  default Optional<Tensor> front(Batch batch) {
    return Optional.empty();
  }
}
