package dev.graft.bottleneck;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.api.settings.Settings;
import dev.graft.program.Activation;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/**
 * The two projections of an adapter, without its skip connection: Houlsby et al. 2019, figure 2.
 *
 * @param downWeight of shape (bottleneck, width)
 * @param downBias of shape (bottleneck)
 * @param upWeight of shape (width, bottleneck)
 * @param upBias of shape (width)
 */
record Bottleneck(
    Tensor downWeight, Tensor downBias, Tensor upWeight, Tensor upBias, Activation activation) {

  /** How both weights begin; biases begin at zero. */
  record Weights(Initializer down, Initializer up) {
    static Weights both(Initializer initializer) {
      return new Weights(initializer, initializer);
    }
  }

  /**
   * Declares the parameters of one adapter.
   *
   * @param path of the site
   */
  static Bottleneck declare(
      String path,
      long width,
      BottleneckSettings spec,
      Settings settings,
      Weights weights,
      Graft graft) {
    long inner = spec.innerWidth(settings, width);
    return new Bottleneck(
        graft.parameter(path + ".down.weight", Shape.of(inner, width), weights.down()),
        graft.parameter(path + ".down.bias", Shape.of(inner), Initializer.zeros()),
        graft.parameter(path + ".up.weight", Shape.of(width, inner), weights.up()),
        graft.parameter(path + ".up.bias", Shape.of(width), Initializer.zeros()),
        settings.get(spec.activation()));
  }

  /** {@code W_up f(W_down x + b_down) + b_up}, (B, T, width). */
  Tensor of(Tensor x) {
    return activation.of(x.linear(downWeight, downBias)).linear(upWeight, upBias);
  }
}
