package dev.graft.harness.report;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Measure;
import dev.graft.harness.measure.Metric;

/** How values of a measure are written: accuracy and F1 as percentages, others as fractions. */
public record Scale(Measure measure) {
  /** Whether values are shares, and differences at most 1. */
  public boolean isShare() {
    return measure instanceof Metric metric && metric.isShare();
  }

  /** The measure's name, with the unit that its bare values are in. */
  public String heading() {
    return measure.label() + (isShare() ? " %" : "");
  }

  /** A value without its unit. */
  public String bare(double value) {
    return Double.isNaN(value) ? "undefined" : Units.fixed(inUnits(value), decimals());
  }

  /** A value with its interval, without their unit. */
  public String bare(Estimate estimate) {
    return Double.isNaN(estimate.value())
        ? "undefined"
        : Units.interval(inUnits(estimate), decimals());
  }

  /** A value with its unit. */
  public String value(double value) {
    return bare(value) + (isShare() ? "%" : "");
  }

  /** How far one value is from another: {@code 0.4 points}. */
  public String distance(double difference) {
    return bare(Math.abs(difference)) + (isShare() ? " points" : "");
  }

  /** A difference with its sign. */
  public String signed(double difference) {
    return Units.signed(inUnits(difference), decimals());
  }

  /** A difference with its interval, with their signs. */
  public String signed(Estimate difference) {
    return Units.signedInterval(inUnits(difference), decimals());
  }

  private int decimals() {
    return isShare() ? 1 : 3;
  }

  private double inUnits(double value) {
    return isShare() ? 100 * value : value;
  }

  private Estimate inUnits(Estimate estimate) {
    return new Estimate(
        inUnits(estimate.value()), inUnits(estimate.low()), inUnits(estimate.high()));
  }
}
