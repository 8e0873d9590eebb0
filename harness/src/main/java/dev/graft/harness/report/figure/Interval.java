package dev.graft.harness.report.figure;

import dev.graft.harness.measure.Estimate;
import java.util.function.Function;

/**
 * An estimate as it is drawn and as it is written.
 *
 * @param text as tables have it
 */
record Interval(double value, double low, double high, String text) {
  static Interval of(Estimate estimate, Function<Estimate, String> written) {
    return new Interval(estimate.value(), estimate.low(), estimate.high(), written.apply(estimate));
  }
}
