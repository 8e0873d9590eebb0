package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.Optional;

/**
 * AdaLoRA's update in the form of a singular value decomposition: Zhang et al. 2023, arXiv
 * 2303.10512.
 *
 * @param a Q, the right singular vectors, (rank, in)
 * @param e the diagonal of Lambda, (rank, 1)
 * @param b P, the left singular vectors, (out, rank)
 * @param scale s = alpha / initial rank, ()
 * @param dropout on the update's input
 */
record SingularUpdate(Tensor a, Tensor e, Tensor b, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /** Section 3.1: {@code h = W0 x + s P Lambda Q x}; x is (B, S, in), h (B, S, out). */
  @Override
  public Tensor output(Projected p) {
    return p.y().plus(p.x().dropout(dropout).linear(a.times(e)).linear(b).times(scale));
  }

  /** {@code W = W0 + s P Lambda Q}. */
  @Override
  public Optional<Affine> merged(Affine host) {
    return Optional.of(host.plusWeight(b.matmul(a.times(e)).times(scale)));
  }

  /**
   * Section 3.1: {@code R(P, Q) = ||Q Q^T - I|| + ||P^T P - I||}, (), keeps P and Q near to
   * orthogonal. The paper squares the norms; its code and PEFT do not.
   */
  Tensor regularizer() {
    Tensor rows = a.range(a.shape().dim(0));
    Tensor identity = rows.unsqueeze(0).equalTo(rows.unsqueeze(1)).to(Type.REAL);
    Tensor right = a.matmul(a.transpose(0, 1)).minus(identity);
    Tensor left = b.transpose(0, 1).matmul(b).minus(identity);
    return norm(right).plus(norm(left));
  }

  private static Tensor norm(Tensor matrix) {
    return Tensor.call("torch.linalg_vector_norm", Shape.SCALAR, matrix.type(), Dim.of(0), matrix);
  }
}
