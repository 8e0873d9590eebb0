package dev.graft.harness.measure;

import java.util.stream.IntStream;

/**
 * How well predictions agree with the gold answers of the same examples. Those of other JARs are
 * found by {@link java.util.ServiceLoader}, as methods are.
 *
 * <p>Classes are given by their index: 0, 1, ... Of labels of which an example may have several
 * each has a number of its own, 1 or 0, and so has each of several scores.
 */
public non-sealed interface Metric extends Measure {
  /** What is answered of an example. */
  enum Answered {
    /** One of several classes. */
    CLASS,
    /** Any number of several labels. */
    LABELS,
    /** One or several numbers. */
    SCORES
  }

  /**
   * Whether the metric says something of such answers.
   *
   * @param labels how many classes, labels or scores there are
   */
  boolean judges(Answered answered, int labels);

  /**
   * The agreement of predictions with the gold answers.
   *
   * @param labels numbers of each example: 1 for classes
   * @return NaN where it is undefined
   * @throws IllegalArgumentException if there are no examples, or not as many on both sides
   */
  double compute(double[] predicted, double[] gold, int labels);

  /** The same of one number an example. */
  default double compute(double[] predicted, double[] gold) {
    return compute(predicted, gold, 1);
  }

  /**
   * The agreement where examples have weights. A metric that looks things up once for all weights
   * is faster than this, which repeats examples.
   */
  default Weighted weighted(double[] predicted, double[] gold, int labels) {
    return weights ->
        compute(repeated(predicted, weights, labels), repeated(gold, weights, labels), labels);
  }

  /**
   * The same with its 95% interval over examples, by bootstrap. The interval leaves out what varies
   * from one training to the next.
   */
  default Estimate estimate(double[] predicted, double[] gold, int labels, long seed) {
    double value = compute(predicted, gold, labels);
    return Double.isNaN(value)
        ? new Estimate(value, Double.NaN, Double.NaN)
        : Estimate.bootstrap(gold.length / labels, weighted(predicted, gold, labels), seed);
  }

  /** Whether its values are shares, which people read in percent. */
  default boolean isShare() {
    return false;
  }

  private static double[] repeated(double[] values, int[] weights, int width) {
    double[] repeated = new double[width * IntStream.of(weights).sum()];
    int next = 0;
    for (int example = 0; example < weights.length; example++) {
      for (int i = 0; i < weights[example]; i++, next += width) {
        System.arraycopy(values, example * width, repeated, next, width);
      }
    }
    return repeated;
  }
}
