package dev.graft.harness.measure;

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
   * The same with its 95% interval over examples, by bootstrap. The interval leaves out what varies
   * from one training to the next.
   */
  default Estimate estimate(double[] predicted, double[] gold, int labels, long seed) {
    double value = compute(predicted, gold, labels);
    return Double.isNaN(value)
        ? new Estimate(value, Double.NaN, Double.NaN)
        : Estimate.bootstrap(
            gold.length / labels,
            rows -> compute(pick(predicted, rows, labels), pick(gold, rows, labels), labels),
            seed);
  }

  /** Whether its values are shares, which people read in percent. */
  default boolean isShare() {
    return false;
  }

  private static double[] pick(double[] values, int[] rows, int width) {
    double[] picked = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, picked, i * width, width);
    }
    return picked;
  }
}
