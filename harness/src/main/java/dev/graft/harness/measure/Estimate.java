package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/**
 * A value and the two ends of its 95% interval.
 *
 * @param value NaN, as both ends are, where it is undefined
 */
public record Estimate(double value, double low, double high) {
  /** Decides the samples of bootstraps, so that the same data always give the same report. */
  public static final long SEED = 20210617;

  public static final double LEVEL = 0.95;

  /** Of fewer samples there is no 95% interval of the median. */
  public static final int FEWEST_FOR_A_MEDIAN = 6;

  /** A proportion, with Wilson's score interval. */
  public static Estimate proportion(int successes, int trials) {
    ConfidenceInterval wilson = new WilsonScoreInterval().createInterval(trials, successes, LEVEL);
    return new Estimate(
        (double) successes / trials,
        Math.max(0, wilson.getLowerBound()),
        Math.min(1, wilson.getUpperBound()));
  }

  /**
   * Any statistic of rows, with the percentile interval of 2,000 bootstrap samples. Samples in
   * which it is undefined (NaN) are left out.
   *
   * @param rows how many rows there are
   * @param seed decides the samples: one seed, one interval
   */
  public static Estimate bootstrap(int rows, Weighted statistic, long seed) {
    return bootstrap(rows, List.of(statistic), seed).get(0);
  }

  /** Several statistics of the same rows, each as by itself, from samples that are drawn once. */
  public static List<Estimate> bootstrap(int rows, List<Weighted> statistics, long seed) {
    return Resampled.of(statistics, rows, seed).stream().map(Resampled::estimate).toList();
  }

  static Estimate percentiles(double value, double[] samples) {
    Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
    percentile.setData(samples);
    return new Estimate(
        value,
        percentile.evaluate(100 * (1 - LEVEL) / 2),
        percentile.evaluate(100 * (1 + LEVEL) / 2));
  }

  /**
   * The median of what independent samples are drawn from. The ends are two of the samples, chosen
   * by the binomial distribution: the interval that belongs to the sign test. It assumes no shape
   * of the distribution, and holds for few samples as for many.
   *
   * @throws IllegalArgumentException for fewer than six samples, which allow no 95% interval
   */
  public static Estimate median(double[] samples) {
    int n = samples.length;
    if (n < FEWEST_FOR_A_MEDIAN) {
      throw new IllegalArgumentException(
          "A 95%% interval of a median of %s samples: at least %s are needed."
              .formatted(n, FEWEST_FOR_A_MEDIAN));
    }
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    int rank = new BinomialDistribution(null, n, 0.5).inverseCumulativeProbability((1 - LEVEL) / 2);
    return new Estimate(StatUtils.percentile(sorted, 50), sorted[rank - 1], sorted[n - rank]);
  }
}
