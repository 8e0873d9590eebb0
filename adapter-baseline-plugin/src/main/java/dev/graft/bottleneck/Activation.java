package dev.graft.bottleneck;

import dev.graft.program.Tensor;

/** What stands between the two projections of an adapter. */
enum Activation {
  GELU,
  RELU,
  TANH,
  SILU;

  Tensor of(Tensor x) {
    return switch (this) {
      case GELU -> x.gelu();
      case RELU -> x.relu();
      case TANH -> x.tanh();
      case SILU -> x.silu();
    };
  }
}
