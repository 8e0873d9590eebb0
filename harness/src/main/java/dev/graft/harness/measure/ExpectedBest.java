package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What the best of so many trials is expected to reach (Dodge et al. 2019, 'Show Your Work',
 * equation 5), from the values of trials whose settings were drawn independently.
 */
public final class ExpectedBest {
  private ExpectedBest() {}

  /**
   * The mean of the largest of so many draws with replacement, with its 95% bootstrap interval.
   *
   * @param values of all trials; NaN for one without a result, which is counted as the worst of the
   *     others, since a budget was spent on it, too
   * @param draws from 1
   * @return NaN if there is no result at all
   */
  public static Estimate of(double[] values, int draws) {
    double[] counted = counted(values);
    return Estimate.bootstrap(counted.length, rows -> mean(counted, rows, draws), Estimate.SEED);
  }

  /** The same without its interval. */
  public static double mean(double[] values, int draws) {
    return mean(counted(values), IntStream.range(0, values.length).toArray(), draws);
  }

  private static double[] counted(double[] values) {
    double worst = Arrays.stream(values).filter(v -> !Double.isNaN(v)).min().orElse(Double.NaN);
    return Arrays.stream(values).map(v -> Double.isNaN(v) ? worst : v).toArray();
  }

  private static double mean(double[] values, int[] rows, int draws) {
    double[] sorted = Arrays.stream(rows).mapToDouble(row -> values[row]).sorted().toArray();
    double mean = 0;
    double below = 0;
    for (int i = 0; i < sorted.length; i++) {
      double upTo = Math.pow((i + 1.0) / sorted.length, draws);
      mean += (upTo - below) * sorted[i];
      below = upTo;
    }
    return mean;
  }
}
