package dev.graft.api.settings;

/**
 * The values of a number among which a search for good ones looks where nobody names one.
 *
 * @param low the smallest; above 0 on a logarithmic scale
 * @param high the largest; above the smallest
 * @param scale on which values lie evenly
 */
public record TuningRange(double low, double high, Scale scale) {
  /** How values lie in a range. */
  public enum Scale {
    /** Equal differences are equally likely. */
    LINEAR,

    /** Equal ratios are equally likely. */
    LOGARITHMIC
  }

  /**
   * A range that holds more than one value.
   *
   * @param low finite
   * @param high finite
   * @param scale on which values lie evenly
   * @throws IllegalArgumentException if there is no such range
   */
  public TuningRange {
    boolean starts = scale == Scale.LINEAR ? Double.isFinite(low) : low > 0;
    if (!(starts && low < high && high <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("no range to tune in: %s to %s".formatted(low, high));
    }
  }

  /**
   * {@return a range in which equal differences are equally likely}
   *
   * @param low the smallest value
   * @param high the largest value
   */
  public static TuningRange linear(double low, double high) {
    return new TuningRange(low, high, Scale.LINEAR);
  }

  /**
   * {@return a range in which equal ratios are equally likely}
   *
   * @param low the smallest value, above 0
   * @param high the largest value
   */
  public static TuningRange logarithmic(double low, double high) {
    return new TuningRange(low, high, Scale.LOGARITHMIC);
  }

  /**
   * {@return the value at a share of the way from the smallest to the largest}
   *
   * @param share from 0 to 1
   */
  public double at(double share) {
    double value =
        scale == Scale.LINEAR ? low + share * (high - low) : low * Math.pow(high / low, share);
    return Math.min(high, Math.max(low, value));
  }
}
