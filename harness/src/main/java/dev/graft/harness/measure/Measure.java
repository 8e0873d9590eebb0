package dev.graft.harness.measure;

/** A number that says how well a model does. */
public sealed interface Measure permits Metric, Perplexity {
  /** The name that reports use. */
  String label();

  /** Whether of two numbers the larger one is better. */
  default boolean isLargerBetter() {
    return true;
  }

  /** Whether a number is better than another; "not a number" is worse than any. */
  default boolean isBetter(double value, double than) {
    if (Double.isNaN(value) || Double.isNaN(than)) {
      return !Double.isNaN(value) && Double.isNaN(than);
    }
    return isLargerBetter() ? value > than : value < than;
  }
}
