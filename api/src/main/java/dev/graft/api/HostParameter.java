package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.OptionalInt;

/**
 * A weight of the host that a graft may {@linkplain Graft#unfreeze unfreeze}.
 *
 * @param name its path, such as {@code layers.3.attention.query.bias}
 * @param layer the block it belongs to, from 0, if it belongs to one
 * @param tensor as programs read it, of the host's shape: (out, in) for a projection's weight
 */
public record HostParameter(String name, OptionalInt layer, Tensor tensor) {
  /** {@return the path of the module it belongs to, such as {@code layers.3.attention.query}} */
  public String module() {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** {@return whether it belongs to a layer norm or an RMS norm} */
  public boolean isNorm() {
    return module().equals("norm") || module().endsWith(".norm");
  }

  /** {@return whether it is an additive bias: of a projection or a norm} */
  public boolean isBias() {
    return name.endsWith(".bias");
  }
}
