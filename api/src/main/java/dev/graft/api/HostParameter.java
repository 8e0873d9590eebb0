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
  /** The path of the module it belongs to, such as {@code layers.3.attention.query}. */
  public String module() {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** Whether it belongs to a layer norm or an RMS norm. */
  public boolean isNorm() {
    return module().equals("norm") || module().endsWith(".norm");
  }

  /** Whether it is an additive bias: of a projection or a norm. */
  public boolean isBias() {
    return name.endsWith(".bias");
  }
}
