package dev.graft.harness.measure.inference;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Weighted;
import java.util.Arrays;
import java.util.Comparator;
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
    return Estimate.bootstrap(values.length, weighted(values, draws), Estimate.SEED);
  }

  /** The same without its interval. */
  public static double mean(double[] values, int draws) {
    return weighted(values, draws).once(values.length);
  }

  private static double[] counted(double[] values) {
    double worst = Arrays.stream(values).filter(v -> !Double.isNaN(v)).min().orElse(Double.NaN);
    return Arrays.stream(values).map(v -> Double.isNaN(v) ? worst : v).toArray();
  }

  private static Weighted weighted(double[] values, int draws) {
    double[] counted = counted(values);
    int[] order =
        IntStream.range(0, counted.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> counted[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return weights -> {
      double all = IntStream.of(weights).sum();
      double mean = 0;
      double below = 0;
      int rows = 0;
      for (int i : order) {
        rows += weights[i];
        double upTo = Math.pow(rows / all, draws);
        mean += (upTo - below) * counted[i];
        below = upTo;
      }
      return mean;
    };
  }
}
