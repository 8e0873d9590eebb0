package dev.graft.harness.measure.inference;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * One of the things that make an estimate vary.
 *
 * @param variance that it adds to the estimate
 * @param freedom degrees of freedom that the variance was estimated with; 0 where there is none
 */
public record Spread(double variance, double freedom) {
  /** What adds nothing. */
  static final Spread NONE = new Spread(0, 0);

  /** The square of the half-width of the two-sided interval, if nothing else varied. */
  double squaredReach(double alpha) {
    return freedom == 0 ? 0 : Math.pow(quantile(alpha), 2) * variance;
  }

  /** The quantile of Student's distribution that leaves half of alpha above it. */
  double quantile(double alpha) {
    return -new TDistribution(null, freedom).inverseCumulativeProbability(alpha / 2);
  }
}
