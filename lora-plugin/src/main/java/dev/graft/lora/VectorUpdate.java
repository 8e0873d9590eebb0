package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Adds a low-rank update of which only two vectors are trained.
 *
 * @param a A, of shape (rank, in), frozen
 * @param d the diagonal of the inner scaling, (rank)
 * @param b B, of shape (out, rank), frozen
 * @param scale the diagonal of the outer scaling, (out): b in the paper
 * @param dropout on the update's input
 */
record VectorUpdate(Tensor a, Tensor d, Tensor b, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /** Equation 2: {@code h = W0 x + diag(b) B diag(d) A x}. */
  @Override
  public Tensor output(Projected p) {
    Tensor update = p.x().dropout(dropout).linear(a).times(d).linear(b).times(scale);
    return p.y().plus(update);
  }

  @Override
  public Optional<Affine> merged(Affine host) {
    Tensor update = b.times(scale.unsqueeze(1)).matmul(a.times(d.unsqueeze(1)));
    return Optional.of(host.plusWeight(update));
  }
}
