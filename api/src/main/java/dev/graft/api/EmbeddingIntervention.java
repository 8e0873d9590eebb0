package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.Optional;

/** Changes the token embeddings, or puts rows in front of them. Defaults change nothing. */
public interface EmbeddingIntervention {
  /**
   * {@return what takes the place of the embedded tokens, (B, T, width); the same by default}
   *
   * @param embedded (B, T, width), before positions are added and without any virtual row
   * @param batch of the tokens alone: S is T
   */
  default Tensor output(Tensor embedded, Batch batch) {
    return embedded;
  }

  /**
   * {@return the token table after this intervention, (vocabulary, width), if {@link #output} gives
   * for each token what stands at its id there; empty by default} Only one that leaves nothing for
   * later sites, and puts no rows in front, can be merged.
   *
   * @param table the token table before it, (vocabulary, width)
   */
  default Optional<Tensor> merged(Tensor table) {
    return Optional.empty();
  }

  /**
   * {@return virtual rows, (1 or B, rows, width), in front of the tokens; none by default} The host
   * adds positions to them as it does to tokens, pads labels and masks, and leaves them out of
   * logits and hidden states. Where several grafts have some, those of the first one come first.
   *
   * @param batch of the tokens alone: S is T
   */
  default Optional<Tensor> front(Batch batch) {
    return Optional.empty();
  }
}
