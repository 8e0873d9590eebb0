package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * VeRA's update, of which only two vectors are trained: Kopiczko et al. 2024, arXiv 2310.11454.
 *
 * @param a A, (rank, in), frozen
 * @param d the diagonal of the inner scaling, (rank)
 * @param b B, (out, rank), frozen
 * @param scale the diagonal of the outer scaling, (out): b in the paper
 * @param dropout on the update's input
 */
record VectorUpdate(Tensor a, Tensor d, Tensor b, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /** Equation 2: {@code h = W0 x + diag(b) B diag(d) A x}; x is (B, S, in), h (B, S, out). */
  @Override
  public Tensor output(Projected p) {
    return p.y().plus(p.x().dropout(dropout).linear(a).times(d).linear(b).times(scale));
  }

  /** {@code W = W0 + diag(b) B diag(d) A}. */
  @Override
  public Optional<Affine> merged(Affine host) {
    Tensor update = b.times(scale.unsqueeze(1)).matmul(a.times(d.unsqueeze(1)));
    return Optional.of(host.plusWeight(update));
  }
}
