package dev.graft.api;

import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** How a parameter begins. The same seed and name give the same numbers on every device. */
public sealed interface Initializer {
  /**
   * Numbers made in Java, one at a time, row by row.
   *
   * @param draw called once for each element
   */
  record Drawn(Draw draw) implements Initializer {}

  /**
   * Numbers made in Java, all together.
   *
   * @param draw called once for each attachment
   */
  record Together(DrawAll draw) implements Initializer {}

  /**
   * The value of an expression over weights of the host, computed once on the device.
   *
   * @param expression of the parameter's shape
   */
  record Computed(Tensor expression) implements Initializer {}

  /**
   * The value of an expression over what the host computes for a text, once on the device.
   *
   * @param tokens of the text: ids in the host's vocabulary
   * @param expression from the keys and values of each attention to the parameter's shape
   */
  record OfText(List<Long> tokens, Function<List<KeysValues>, Tensor> expression)
      implements Initializer {
    /**
     * An expression over a text.
     *
     * @param tokens copied
     * @param expression called once for each attachment
     */
    public OfText {
      tokens = List.copyOf(tokens);
    }
  }

  /** Gives the numbers of a parameter. */
  @FunctionalInterface
  interface Draw {
    /**
     * {@return the next element, row by row}
     *
     * @param random a generator that the seed and the parameter's name decide
     * @param shape the parameter's, of numbers only
     */
    double next(RandomGenerator random, Shape shape);
  }

  /** Gives the numbers of a parameter together. */
  @FunctionalInterface
  interface DrawAll {
    /**
     * {@return all elements, row by row}
     *
     * @param random a generator that the seed and the parameter's name decide
     * @param shape the parameter's, of numbers only
     */
    double[] of(RandomGenerator random, Shape shape);
  }

  /**
   * {@return one that makes all elements together, where they depend on one another: orthogonal
   * matrices, places that differ, pairs of rows}
   *
   * @param values as many as the parameter has elements, row by row; whole numbers up to 2^53 are
   *     exact in buffers of whole numbers
   */
  static Initializer array(DrawAll values) {
    return new Together(values);
  }

  /** {@return one that makes all elements 0, as LoRA's B begins} */
  static Initializer zeros() {
    return constant(0);
  }

  /** {@return one that makes all elements 1, as (IA)3's vectors begin} */
  static Initializer ones() {
    return constant(1);
  }

  /**
   * {@return one that makes all elements the same}
   *
   * @param number rounded to 32 bits
   */
  static Initializer constant(double number) {
    return new Drawn((random, shape) -> number);
  }

  /**
   * {@return one that draws from a Gaussian with mean zero}
   *
   * @param standardDeviation from 0
   */
  static Initializer normal(double standardDeviation) {
    return new Drawn((random, shape) -> random.nextGaussian() * standardDeviation);
  }

  /**
   * {@return one that draws from a Gaussian with mean zero, and again beyond two standard
   * deviations}
   *
   * @param standardDeviation before the tails are cut off, from 0
   */
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

  /**
   * {@return one that draws uniformly from (-bound, bound)}
   *
   * @param bound from 0
   */
  static Initializer uniform(double bound) {
    return new Drawn((random, shape) -> (2 * random.nextDouble() - 1) * bound);
  }

  /**
   * {@return one that draws uniformly from (-1/sqrt(in), 1/sqrt(in)) for a weight of shape (out,
   * in)} This is He et al. 2015 with a slope of sqrt(5), as PyTorch initialises linear layers and
   * the reference code LoRA's A.
   */
  static Initializer kaimingUniform() {
    return new Drawn(
        (random, shape) ->
            (2 * random.nextDouble() - 1) / Math.sqrt((double) shape.dim(-1).fixed()));
  }

  /**
   * {@return one that computes from the host's weights, as PiSSA's factors are (Meng et al. 2024)}
   *
   * @param expression of the parameter's shape, over tensors of the {@link Host} only
   */
  static Initializer computed(Tensor expression) {
    return new Computed(expression);
  }

  /**
   * {@return one that computes from the keys and values that a text on its own has in the host, as
   * prefixes begin (Li and Liang 2021, section 7.5)}
   *
   * @param tokens of the text: ids in the host's vocabulary
   * @param expression from one element an attention, in the order of {@link Host#attentions()} and
   *     after any rotation, (1, key-value heads, tokens, head width) each, to the parameter's shape
   */
  static Initializer ofText(List<Long> tokens, Function<List<KeysValues>, Tensor> expression) {
    return new OfText(tokens, expression);
  }
}
