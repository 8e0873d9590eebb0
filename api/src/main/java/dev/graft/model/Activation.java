package dev.graft.model;

import dev.graft.api.GraftException;
import dev.graft.program.Tensor;
import java.util.function.UnaryOperator;

/** The activations of hosts, under the names that configurations give them. */
@SuppressWarnings("ImmutableEnumChecker") // The functions are method references.
public enum Activation {
  GELU(Tensor::gelu),
  GELU_NEW(Tensor::geluTanh),
  GELU_PYTORCH_TANH(Tensor::geluTanh),
  RELU(Tensor::relu),
  SILU(Tensor::silu),
  TANH(Tensor::tanh);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  Tensor of(Tensor x) {
    return function.apply(x);
  }

  /** The activation of a name such as {@code gelu_new}. */
  static Activation named(String name) {
    for (Activation activation : values()) {
      if (activation.name().equalsIgnoreCase(name)) {
        return activation;
      }
    }
    if (name.equals("swish")) {
      return SILU;
    }
    throw GraftException.input(
        "The activation '%s' is not known.%n  expected: gelu, gelu_new, gelu_pytorch_tanh, relu, silu or tanh"
            .formatted(name));
  }
}
