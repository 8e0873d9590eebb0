package dev.graft.program;

import dev.graft.api.GraftException;
import java.util.function.UnaryOperator;

/** The functions that stand between two projections, of hosts and of adapters. */
@SuppressWarnings("ImmutableEnumChecker") // The functions are method references.
public enum Activation {
  GELU(Tensor::gelu),
  GELU_TANH(Tensor::geluTanh),
  RELU(Tensor::relu),
  SILU(Tensor::silu),
  TANH(Tensor::tanh);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  /** The function of each element. */
  public Tensor of(Tensor x) {
    return function.apply(x);
  }

  /**
   * The activation that a Hugging Face configuration calls by a name such as {@code gelu_new}.
   *
   * @throws GraftException if the name is not known
   */
  public static Activation named(String name) {
    return switch (name) {
      case "gelu" -> GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> GELU_TANH;
      case "relu" -> RELU;
      case "silu", "swish" -> SILU;
      case "tanh" -> TANH;
      default ->
          throw GraftException.input(
              "The activation '%s' is not known.%n  expected: gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, swish or tanh"
                  .formatted(name));
    };
  }
}
