package dev.graft.harness.measure.latency;

import dev.graft.harness.measure.Estimate;
import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The mean of normal samples whose number was decided by the spread of the first few: Stein's
 * procedure, Annals of Mathematical Statistics 16 (1945). The spread is that of the first ones for
 * good, with their degrees of freedom. An interval that is looked at after every further sample and
 * ends the measurement once it is narrow is too narrow: with 3 samples at first it misses the mean
 * in up to 10% of cases, and not in 5%.
 *
 * @param mean of all samples
 * @param standardError of it
 * @param freedom degrees of freedom of the standard error
 */
public record TwoStageMean(double mean, double standardError, int freedom) {
  /** Of fewer samples no spread is known. */
  public static final int FEWEST = 2;

  private static final double LEVEL = 0.95;

  /**
   * The mean.
   *
   * @param samples the first stage's at the beginning
   * @param first how many those are
   */
  public static TwoStageMean of(double[] samples, int first) {
    double deviation = deviation(samples, first);
    return new TwoStageMean(
        StatUtils.mean(samples), deviation / Math.sqrt(samples.length), first - 1);
  }

  /**
   * How many samples make the interval as narrow as is wanted.
   *
   * @param width of the interval, from end to end
   */
  public static long needed(double[] samples, int first, double width) {
    double ends = 2 * quantile(first - 1) * deviation(samples, first) / width;
    return Math.max(first, (long) Math.ceil(ends * ends));
  }

  private static double deviation(double[] samples, int first) {
    if (first < FEWEST || samples.length < first) {
      throw new IllegalArgumentException(
          "%s samples, %s of them at first: expected %s or more."
              .formatted(samples.length, first, FEWEST));
    }
    return Math.sqrt(StatUtils.variance(Arrays.copyOf(samples, first)));
  }

  private static double quantile(int freedom) {
    return new TDistribution(null, freedom).inverseCumulativeProbability((1 + LEVEL) / 2);
  }

  /** The mean with its 95% interval. */
  public Estimate interval() {
    double half = quantile(freedom) * standardError;
    return new Estimate(mean, mean - half, mean + half);
  }

  /** The p-value of "the mean is this". */
  public double differs(double from) {
    return 2 * Math.min(below(from), above(from));
  }

  /** The p-value of "the mean is this or more". */
  public double below(double bound) {
    if (standardError == 0) {
      return mean < bound ? 0 : mean > bound ? 1 : 0.5;
    }
    return new TDistribution(null, freedom).cumulativeProbability((mean - bound) / standardError);
  }

  /** The p-value of "the mean is this or less". */
  public double above(double bound) {
    return below(2 * mean - bound);
  }
}
