package dev.graft.api;

import dev.graft.program.Dim;
import dev.graft.program.Tensor;

/**
 * What every intervention may see of the batch. Never the labels: methods are agnostic to the
 * objective.
 *
 * @param ids token ids, (B, T), INT64
 * @param mask one for real tokens and zero for padding, (B, T), INT64
 * @param tokenTypes the segment of each token, (B, T), INT64
 * @param positions the position of each token, (B, T) or (1, T), INT64, shifted by virtual rows
 */
public record Batch(Tensor ids, Tensor mask, Tensor tokenTypes, Tensor positions) {
  /** B, the number of sequences. */
  public Dim rows() {
    return ids.shape().dim(0);
  }

  /** T, the number of tokens in the longest sequence. */
  public Dim length() {
    return ids.shape().dim(1);
  }
}
