package dev.graft.program;

import dev.graft.GraftException;
import java.util.function.UnaryOperator;

/** The functions that stand between two projections, of hosts and of adapters. */
@SuppressWarnings("ImmutableEnumChecker") // The functions are method references.
public enum Activation {
  /** The exact Gaussian error linear unit, of BERT. */
  GELU(Tensor::gelu),
  /** Its tanh approximation, of GPT-2. */
  GELU_TANH(Tensor::geluTanh),
  /** {@code max(x, 0)}. */
  RELU(Tensor::relu),
  /** {@code x sigmoid(x)}, of Llama. */
  SILU(Tensor::silu),
  /** The hyperbolic tangent, of BERT's pooler. */
  TANH(Tensor::tanh);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  /**
   * {@return the function of each element}
   *
   * @param x of any shape
   */
  public Tensor of(Tensor x) {
    return function.apply(x);
  }

  /**
   * {@return the activation that a Hugging Face configuration calls by a name such as {@code
   * gelu_new}}
   *
   * @param name as {@code hidden_act} or {@code activation_function} has it
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
          throw GraftException.input("The activation '%s' is not known.", name)
              .expected("gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, swish or tanh");
    };
  }
}
