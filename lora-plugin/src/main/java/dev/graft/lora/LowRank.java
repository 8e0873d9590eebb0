package dev.graft.lora;

import dev.graft.program.Tensor;

/**
 * A matrix as a product of two thin ones.
 *
 * @param a A, of shape (rank, in)
 * @param b B, of shape (out, rank)
 */
record LowRank(Tensor a, Tensor b) {
  /** {@code B A x}. */
  Tensor of(Tensor x) {
    return x.linear(a).linear(b);
  }

  /** {@code B A}, of shape (out, in). */
  Tensor matrix() {
    return b.matmul(a);
  }
}
