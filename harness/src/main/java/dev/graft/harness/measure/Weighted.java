package dev.graft.harness.measure;

import java.util.Arrays;

/** A statistic of examples, each of which counts as often as its weight says. */
@FunctionalInterface
public interface Weighted {
  /**
   * The value.
   *
   * @param weights one for each example: a bootstrap sample's say how often it was drawn
   * @return NaN where it is undefined
   */
  double of(int[] weights);

  /** The value of so many examples that count once each. */
  default double once(int examples) {
    int[] ones = new int[examples];
    Arrays.fill(ones, 1);
    return of(ones);
  }
}
