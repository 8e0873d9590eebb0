package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Low-rank adaptation: Hu et al. 2021, arXiv 2106.09685.
 *
 * @param a A, (rank, in)
 * @param b B, (out, rank)
 * @param scale alpha / rank, ()
 * @param dropout on the update's input
 */
record LowRankUpdate(Tensor a, Tensor b, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /** Equation 3: {@code h = W0 x + (alpha / r) B A x}; x is (B, S, in), h (B, S, out). */
  @Override
  public Tensor output(Projected p) {
    return p.y().plus(p.x().dropout(dropout).linear(a).linear(b).times(scale));
  }

  /** Section 4.1: {@code W = W0 + (alpha / r) B A} adds no latency. */
  @Override
  public Optional<Affine> merged(Affine host) {
    return Optional.of(host.plusWeight(b.matmul(a).times(scale)));
  }
}
