package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Principal singular values and vectors adaptation: Meng et al. 2024, arXiv 2404.02948. The host
 * keeps its weight, so what the paper takes off it is subtracted here: {@code W_res = W0 - s B0
 * A0}.
 *
 * @param a0 A as it began, (rank, in), frozen
 * @param b0 B as it began, (out, rank), frozen
 * @param a A, (rank, in)
 * @param b B, (out, rank)
 * @param scale s = alpha / rank, ()
 * @param dropout on the input of B A, not on that of W_res
 */
record PissaUpdate(Tensor a0, Tensor b0, Tensor a, Tensor b, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /**
   * Equation 5, {@code h = W_res x + s B A x}, as {@code h = W0 x + s (B A x - B0 A0 x)}: exactly
   * what the host gives as long as A and B are as they began. x is (B, S, in), h (B, S, out).
   */
  @Override
  public Tensor output(Projected p) {
    Tensor update = p.x().dropout(dropout).linear(a).linear(b);
    return p.y().plus(update.minus(p.x().linear(a0).linear(b0)).times(scale));
  }

  /** {@code W = W0 + s (B A - B0 A0)}. */
  @Override
  public Optional<Affine> merged(Affine host) {
    return Optional.of(host.plusWeight(b.matmul(a).minus(b0.matmul(a0)).times(scale)));
  }
}
