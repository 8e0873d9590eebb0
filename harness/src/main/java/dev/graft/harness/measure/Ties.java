package dev.graft.harness.measure;

import java.util.Arrays;

/** Which of some numbers are equal: ties, from that of the least on. */
final class Ties {
  private final int[] tie;
  private final int ties;

  private Ties(int[] tie, int ties) {
    this.tie = tie;
    this.ties = ties;
  }

  /** Those of numbers of which none is NaN. */
  static Ties of(double[] values) {
    double[] sorted = Arrays.stream(values).map(value -> value + 0.0).sorted().distinct().toArray();
    int[] tie =
        Arrays.stream(values)
            .mapToInt(value -> Arrays.binarySearch(sorted, value + 0.0)) // -0 is 0
            .toArray();
    return new Ties(tie, sorted.length);
  }

  /** The tie that a number is in. */
  int tie(int index) {
    return tie[index];
  }

  /**
   * How far the rank of each tie is from the mean of all ranks, as if each number were there as
   * often as its weight says.
   *
   * @param total of the weights
   */
  double[] fromMeanRank(int[] weights, int total) {
    int[] counts = new int[ties];
    for (int i = 0; i < weights.length; i++) {
      counts[tie[i]] += weights[i];
    }
    double[] from = new double[ties];
    double below = -total / 2.0;
    for (int i = 0; i < ties; i++) {
      from[i] = below + counts[i] / 2.0;
      below += counts[i];
    }
    return from;
  }
}
