package dev.graft.lora;

import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * {@linkplain DoraUpdate DoRA} on the residual weight of {@linkplain PissaUpdate PiSSA}, as PEFT
 * combines them: {@code W_res = W0 - s B0 A0} is in the place of W0.
 *
 * @param a0 A as it began, (rank, in), frozen
 * @param b0 B as it began, (out, rank), frozen
 * @param a A, (rank, in)
 * @param b B, (out, rank)
 * @param magnitude m, (out)
 * @param weight W0, (out, in), the host's own
 * @param scale s = alpha / rank, ()
 * @param dropout on the input of all that is added to W_res x
 */
record PissaDoraUpdate(
    Tensor a0,
    Tensor b0,
    Tensor a,
    Tensor b,
    Tensor magnitude,
    Tensor weight,
    Tensor scale,
    double dropout)
    implements ProjectionIntervention {
  /**
   * DoRA's equation 5, {@code h = m W x / ||W||} with {@code W = W_res + s B A}, as {@code h =
   * W_res x + s B A x + (m / ||W|| - 1) W x}. x is (B, S, in), h (B, S, out).
   */
  @Override
  public Tensor output(Projected p) {
    Tensor x = p.x().dropout(dropout);
    Tensor change = change(x, p.x()); // one product serves both where nothing is dropped
    Tensor direction = x.linear(weight).plus(dropout == 0 ? change : change(x, x));
    Tensor stretch = DoraUpdate.stretch(magnitude, updated());
    return p.y().plus(change).plus(direction.times(stretch.plus(-1)));
  }

  /** {@code s (B A dropped - B0 A0 x)}, (B, S, out): zero as long as A and B are as they began. */
  private Tensor change(Tensor dropped, Tensor x) {
    return dropped.linear(a).linear(b).minus(x.linear(a0).linear(b0)).times(scale);
  }

  /** {@code W = m (W_res + s B A) / ||W_res + s B A||}. */
  @Override
  public Optional<Affine> merged(Affine host) {
    Tensor merged = DoraUpdate.stretched(magnitude, updated());
    return Optional.of(host.plusWeight(merged.minus(weight)));
  }

  /** {@code W_res + s B A}, (out, in). */
  private Tensor updated() {
    return weight.plus(b.matmul(a).minus(b0.matmul(a0)).times(scale));
  }
}
