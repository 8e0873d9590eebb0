package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Weight-decomposed low-rank adaptation: Liu et al. 2024, arXiv 2402.09353. Each row of the updated
 * weight is brought to a trained length.
 *
 * @param a A, (rank, in)
 * @param b B, (out, rank)
 * @param magnitude m, (out)
 * @param weight W0, (out, in), the host's own: in a stack other updates stay as they are
 * @param scale s = alpha / rank, ()
 * @param dropout on the input of all that is added to W0 x
 */
record DoraUpdate(Tensor a, Tensor b, Tensor magnitude, Tensor weight, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /**
   * Equation 5, {@code h = m (W0 + s B A) x / ||W0 + s B A||}, as {@code h = W0 x + s B A x + (m /
   * ||W0 + s B A|| - 1) (W0 x + s B A x)}. x is (B, S, in), h (B, S, out).
   */
  @Override
  public Tensor output(Projected p) {
    Tensor x = p.x().dropout(dropout);
    Tensor change = x.linear(a).linear(b).times(scale);
    Tensor direction = x.linear(weight).plus(change);
    return p.y().plus(change).plus(direction.times(stretch(magnitude, updated()).plus(-1)));
  }

  /** {@code W = m (W0 + s B A) / ||W0 + s B A||}. */
  @Override
  public Optional<Affine> merged(Affine host) {
    return Optional.of(host.plusWeight(stretched(magnitude, updated()).minus(weight)));
  }

  /** {@code W0 + s B A}, (out, in). */
  private Tensor updated() {
    return weight.plus(b.matmul(a).times(scale));
  }

  /**
   * {@code m / ||W||}, of the shape of m. Section 4.3: no gradient goes into the norm.
   *
   * @param updated W, (out, in)
   */
  static Tensor stretch(Tensor magnitude, Tensor updated) {
    return magnitude.dividedBy(updated.norm(-1).reshape(magnitude.shape()).detach());
  }

  /** {@code m W / ||W||}, (out, in). */
  static Tensor stretched(Tensor magnitude, Tensor updated) {
    return updated.times(stretch(magnitude, updated).unsqueeze(1));
  }
}
