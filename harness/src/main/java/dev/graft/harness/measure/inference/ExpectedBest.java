package dev.graft.harness.measure.inference;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Weighted;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the best of so many trials is expected to reach (Dodge et al. 2019, 'Show Your Work',
 * equation 5), from the values of trials whose settings were drawn independently.
 */
public final class ExpectedBest {
  private final double[] values;
  private final int[] ascending;

  /**
   * That of some trials.
   *
   * @param found values of all trials; NaN for one without a result, which is counted as the worst
   *     of the others, since a budget was spent on it, too
   */
  public ExpectedBest(double[] found) {
    double worst = Arrays.stream(found).filter(v -> !Double.isNaN(v)).min().orElse(Double.NaN);
    values = Arrays.stream(found).map(v -> Double.isNaN(v) ? worst : v).toArray();
    ascending =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** The best of all; NaN if there is no result at all. */
  public double best() {
    return values.length == 0 ? Double.NaN : values[ascending[values.length - 1]];
  }

  /**
   * The mean of the largest of so many draws with replacement.
   *
   * @param draws from 1
   * @return NaN if there is no result at all
   */
  public double mean(int draws) {
    return largest(draws).once(values.length);
  }

  /**
   * The same of each of several numbers of draws, with its 95% bootstrap interval, all from the
   * same samples.
   */
  public List<Estimate> estimates(List<Integer> draws) {
    return Estimate.bootstrap(
        values.length, draws.stream().map(this::largest).toList(), Estimate.SEED);
  }

  private Weighted largest(int draws) {
    double[] shares = new double[values.length + 1]; // that all draws are of the least so many
    Arrays.setAll(shares, rows -> Math.pow(rows / (double) values.length, draws));
    return weights -> {
      double mean = 0;
      int rows = 0;
      for (int i : ascending) {
        int upTo = rows + weights[i];
        mean += (shares[upTo] - shares[rows]) * values[i];
        rows = upTo;
      }
      return mean;
    };
  }
}
