package dev.graft.harness.report;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;

/**
 * How values of a metric are written: accuracy and F1 as percentages, correlations as fractions.
 */
record Scale(Metric metric) {
  private boolean isPercentage() {
    return metric == Metric.ACCURACY || metric == Metric.F1;
  }

  /** The metric's name, with the unit that its bare values are in. */
  String heading() {
    return metric.label() + (isPercentage() ? " %" : "");
  }

  /** A value without its unit. */
  String bare(double value) {
    return Double.isNaN(value)
        ? "undefined"
        : isPercentage() ? Units.format("%.1f", 100 * value) : Units.format("%.3f", value);
  }

  /** A value with its interval, without their unit. */
  String bare(Estimate estimate) {
    return Double.isNaN(estimate.value())
        ? "undefined"
        : "%s [%s, %s]"
            .formatted(bare(estimate.value()), bare(estimate.low()), bare(estimate.high()));
  }

  /** A value with its unit. */
  String value(double value) {
    return bare(value) + (isPercentage() ? "%" : "");
  }

  /** How far one value is from another: {@code 0.4 points}. */
  String distance(double difference) {
    return bare(Math.abs(difference)) + (isPercentage() ? " points" : "");
  }

  /** A difference with its sign. */
  String signed(double difference) {
    return isPercentage()
        ? Units.format("%+.1f", 100 * difference)
        : Units.format("%+.3f", difference);
  }
}
