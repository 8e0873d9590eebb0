package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Weight-decomposed low-rank adaptation: Liu et al. 2024, arXiv 2402.09353. Each row of the updated
 * weight is brought to a trained length.
 *
 * @param update the change of direction
 * @param magnitude m, of shape (out)
 * @param weight W0, the host's own: in a stack other updates stay as they are
 */
record DoraUpdate(LowRankUpdate update, Tensor magnitude, Tensor weight)
    implements ProjectionIntervention {
  /** Equation 5: {@code h = m (W0 + B A) x / ||W0 + B A||}, in terms of what is added to W0 x. */
  @Override
  public Tensor output(Projected p) {
    Tensor x = p.x().dropout(update.dropout());
    Tensor change = update.change(x, p.x());
    boolean same = x.equals(p.x()) || update.initial().isEmpty();
    Tensor direction = x.linear(weight).plus(same ? change : update.change(x, x));
    return p.y().plus(change).plus(direction.times(stretch().plus(-1)));
  }

  /** {@code m / ||W0 + B A||}, of the shape of m. Section 4.3: no gradient goes into the norm. */
  private Tensor stretch() {
    return magnitude.dividedBy(updated().norm(-1).reshape(magnitude.shape()).detach());
  }

  private Tensor updated() {
    return weight.plus(update.matrix());
  }

  /** What equation 5 puts in the place of W0. */
  @Override
  public Optional<Affine> merged(Affine host) {
    Tensor merged = updated().times(stretch().unsqueeze(1));
    return Optional.of(host.plusWeight(merged.minus(weight)));
  }
}
