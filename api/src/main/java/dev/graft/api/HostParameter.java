package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.OptionalInt;

/**
 * A weight of the host that a graft may {@linkplain Graft#unfreeze unfreeze}.
 *
 * @param name its path, such as {@code layers.3.attention.query.bias}
 * @param layer the block it belongs to, if it belongs to one
 */
public record HostParameter(String name, OptionalInt layer, Tensor tensor) {
  /** Whether it is an additive bias: of a projection or a norm. */
  public boolean isBias() {
    return name.endsWith(".bias");
  }
}
