package dev.graft.api;

import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.random.RandomGenerator;

/** How a parameter begins. The same seed and name give the same numbers on every device. */
public sealed interface Initializer {
  /** Numbers made in Java, one at a time, row by row. */
  record Drawn(Draw draw) implements Initializer {}

  /** The value of an expression over weights of the host, computed once on the device. */
  record Computed(Tensor expression) implements Initializer {}

  /** One number of a parameter of the given shape. */
  @FunctionalInterface
  interface Draw {
    double next(RandomGenerator random, Shape shape);
  }

  static Initializer zeros() {
    return constant(0);
  }

  static Initializer ones() {
    return constant(1);
  }

  static Initializer constant(double number) {
    return new Drawn((random, shape) -> number);
  }

  /** Gaussian with mean zero. */
  static Initializer normal(double standardDeviation) {
    return new Drawn((random, shape) -> random.nextGaussian() * standardDeviation);
  }

  /** Gaussian with mean zero, drawn again beyond two standard deviations. */
  static Initializer truncatedNormal(double standardDeviation) {
    return new Drawn(
        (random, shape) -> {
          double number = random.nextGaussian();
          while (Math.abs(number) > 2) {
            number = random.nextGaussian();
          }
          return number * standardDeviation;
        });
  }

  /** Uniform in (-bound, bound). */
  static Initializer uniform(double bound) {
    return new Drawn((random, shape) -> (2 * random.nextDouble() - 1) * bound);
  }

  /**
   * Uniform in (-1/sqrt(in), 1/sqrt(in)) for a weight of shape (out, in): He et al. 2015 with a
   * slope of sqrt(5), as PyTorch initialises linear layers and the reference code LoRA's A.
   */
  static Initializer kaimingUniform() {
    return new Drawn(
        (random, shape) ->
            (2 * random.nextDouble() - 1) / Math.sqrt((double) shape.dim(-1).fixed()));
  }

  /** Computed from the host's weights, as PiSSA's factors are. */
  static Initializer computed(Tensor expression) {
    return new Computed(expression);
  }
}
