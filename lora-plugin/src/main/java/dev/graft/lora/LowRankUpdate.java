package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Adds a low-rank update to a projection.
 *
 * @param trained B A
 * @param initial B0 A0, which is taken off the host's weight; none where B begins at zero
 * @param scale alpha / rank, a scalar
 * @param dropout on the update's input
 */
record LowRankUpdate(LowRank trained, Optional<LowRank> initial, Tensor scale, double dropout)
    implements ProjectionIntervention {
  /** Equation 3: {@code h = W0 x + (alpha / r) B A x}. */
  @Override
  public Tensor output(Projected p) {
    return p.y().plus(change(p.x().dropout(dropout), p.x()));
  }

  /** {@code s (B A dropped - B0 A0 x)}: zero as long as both are equal. */
  Tensor change(Tensor dropped, Tensor x) {
    Tensor update = trained.of(dropped);
    return initial.map(first -> update.minus(first.of(x))).orElse(update).times(scale);
  }

  /** {@code s (B A - B0 A0)}, of shape (out, in). */
  Tensor matrix() {
    Tensor update = trained.matrix();
    return initial.map(first -> update.minus(first.matrix())).orElse(update).times(scale);
  }

  /** Section 4.1: {@code W = W0 + (alpha / r) B A} adds no latency. */
  @Override
  public Optional<Affine> merged(Affine host) {
    return Optional.of(host.plusWeight(matrix()));
  }
}
