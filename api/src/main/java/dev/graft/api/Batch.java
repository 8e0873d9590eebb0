package dev.graft.api;

import dev.graft.program.Dim;
import dev.graft.program.Tensor;

/**
 * What every intervention may see of the batch. Never the labels: methods are agnostic to the
 * objective. S is the number of rows of the stream: first the S - T virtual rows that grafts put in
 * front of the embeddings, then T tokens, with padding on the right of them. A head for classes
 * reads row 0 of the stream on encoders with a pooler (a virtual row, where there is one, as in
 * PEFT), the mean of the real tokens on those without, and the last real token on decoders; a
 * language-model head reads every row that predicts a token.
 *
 * @param ids token ids, (B, T), INT64
 * @param mask one for real tokens and virtual rows, zero for padding, (B, S), INT64
 * @param tokenTypes the segment of each row, (B, S), INT64
 * @param positions the position of each row, (B, S) or (1, S), INT64, shifted by virtual keys
 */
public record Batch(Tensor ids, Tensor mask, Tensor tokenTypes, Tensor positions) {
  /** {@return B, the number of sequences} */
  public Dim rows() {
    return ids.shape().dim(0);
  }

  /** {@return S, the number of rows of the stream} */
  public Dim length() {
    return mask.shape().dim(1);
  }

  /**
   * {@return how many real tokens and virtual rows each sequence has, (B), INT64} There are S - T
   * virtual rows in each; T is the second size of {@link #ids}.
   */
  public Tensor lengths() {
    return mask.sum(1);
  }

  /** {@return 0, 1, ... S - 1, of shape (S), INT64; the first S - T are virtual rows} */
  public Tensor range() {
    return mask.range(length());
  }
}
