package dev.graft.harness.measure.inference;

import dev.graft.harness.measure.Estimate;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How far one arm is from another in a statistic, by the seeds and the examples that both have.
 *
 * <p>The half-width of the interval is the root of the sum, over what varies, of Student's quantile
 * squared times the variance. Whatever the true variances are, it covers at least as often as it
 * says: Banerjee, Sankhya 22 (1960). (Given normal estimates, the square of the error over its
 * variance has a concave distribution function G, and what is estimated in the place of that
 * variance is a mean, weighted by the true shares, of terms for each of which E[G] is the level.)
 * Satterthwaite's approximation promises too much where two seeds happen to agree.
 *
 * <p>Both p-values are the levels at which an end of that interval reaches what is supposed, so
 * that they never contradict it.
 *
 * @param value the first less the second, a mean over the seeds
 * @param seeds that both have: of one nothing follows for others
 * @param betweenSeeds how the training varies, examples fixed
 * @param betweenExamples how the choice of examples varies it, seeds fixed
 * @param unit by how much a single example can change the statistic: where few examples tell arms
 *     apart, a normal approximation promises too much. As in the score interval of a count, a
 *     quarter of the fourth power of the quantile is added to the square of the half-width, in this
 *     unit; and arms that agree on all examples may still differ on others, by the quantile squared
 *     times it, the end of Tango's interval for paired proportions without a disagreement
 *     (Statistics in Medicine 17, 1998)
 */
public record Difference(
    double value, int seeds, Spread betweenSeeds, Spread betweenExamples, double unit) {
  private static final double LEAST_ALPHA = 1e-12;
  private static final double ACCURACY = 1e-9;
  private static final int QUANTILES = 50;
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  /** The second less the first. */
  public Difference reversed() {
    return new Difference(0 - value, seeds, betweenSeeds, betweenExamples, unit);
  }

  /** The interval that leaves out the truth with at most this probability. */
  public Estimate interval(double alpha) {
    double reach = reach(alpha);
    return new Estimate(value, value - reach, value + reach);
  }

  /** The 95% interval. */
  public Estimate interval() {
    return interval(1 - Estimate.LEVEL);
  }

  /** The two-sided p-value of "there is no difference". */
  public double ofNoDifference() {
    return alphaReaching(Math.abs(value));
  }

  /**
   * Two one-sided tests: the p-value of "they differ by the margin or more" (Schuirmann 1987).
   *
   * @param margin in the unit of the statistic, positive
   */
  public double ofDifferenceBeyond(double margin) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException("A margin of %s: expected more.".formatted(margin));
    }
    double room = margin - Math.abs(value);
    return room >= 0 ? alphaReaching(room) / 2 : 1 - alphaReaching(-room) / 2;
  }

  /**
   * The least true difference that would be found with a probability, from the variances that were
   * estimated. They grow with the difference, as arms that differ more disagree on more examples:
   * where n examples speak for one and m for the other, n m is taken to stay what it is.
   *
   * @param alpha the level of the one test, after any correction
   */
  public double least(double alpha, double power) {
    double[] factors = seedFactors();
    double ofSeeds = betweenSeeds.squaredReach(alpha);
    double quantile = betweenExamples.quantile(alpha);
    UnivariateFunction excess = d -> power(d, ofSeeds, quantile * quantile, factors) - power;
    double high = Math.max(unit, reach(alpha));
    while (high > 0 && excess.value(high) < 0) {
      high *= 2;
    }
    return high == 0 ? 0 : new BrentSolver(ACCURACY).solve(200, excess, 0, high);
  }

  /** The probability of finding a true difference: over how the variance of seeds may turn out. */
  private double power(
      double difference, double ofSeeds, double squaredQuantile, double[] factors) {
    double oneSeed = betweenExamples.variance() + seeds * betweenSeeds.variance();
    double grown = Math.hypot(oneSeed, difference * unit);
    double growth = oneSeed == 0 ? 1 : grown / oneSeed;
    double examples = oneSeed == 0 ? grown : growth * betweenExamples.variance();
    double deviation = Math.sqrt(growth * betweenSeeds.variance() + examples);
    double ofExamples = examplesReach(squaredQuantile, examples);
    double sum = 0;
    for (double factor : factors) {
      sum += above(difference, Math.sqrt(growth * ofSeeds * factor + ofExamples), deviation);
    }
    return sum / factors.length;
  }

  /** By what an estimate of the variance of seeds may be multiplied: values equally likely. */
  private double[] seedFactors() {
    double[] factors = {1};
    if (betweenSeeds.freedom() > 0) {
      ChiSquaredDistribution chi = new ChiSquaredDistribution(null, betweenSeeds.freedom());
      factors = new double[QUANTILES];
      for (int i = 0; i < QUANTILES; i++) {
        factors[i] =
            chi.inverseCumulativeProbability((i + 0.5) / QUANTILES) / betweenSeeds.freedom();
      }
    }
    return factors;
  }

  private static double above(double difference, double reach, double deviation) {
    return deviation == 0
        ? (difference > reach ? 1 : 0)
        : NORMAL.cumulativeProbability((difference - reach) / deviation);
  }

  private double reach(double alpha) {
    double quantile = betweenExamples.quantile(alpha);
    return Math.sqrt(
        betweenSeeds.squaredReach(alpha)
            + examplesReach(quantile * quantile, betweenExamples.variance()));
  }

  private double examplesReach(double squaredQuantile, double variance) {
    double ofUnits = squaredQuantile * unit;
    return Math.max(squaredQuantile * variance + ofUnits * ofUnits / 4, ofUnits * ofUnits);
  }

  /** The level at which the interval reaches so far. */
  private double alphaReaching(double distance) {
    if (distance == 0) {
      return 1;
    }
    if (reach(LEAST_ALPHA) <= distance) {
      return LEAST_ALPHA;
    }
    return Math.exp(
        new BrentSolver(ACCURACY)
            .solve(200, x -> reach(Math.exp(x)) - distance, Math.log(LEAST_ALPHA), 0));
  }
}
