package dev.graft.harness.measure;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Correlations of examples that have weights; NaN if either side is constant or holds a NaN. */
final class Correlation {
  private Correlation() {}

  /** Pearson's. */
  static Weighted pearson(double[] x, double[] y) {
    return weights -> of(x, y, weights);
  }

  /** Spearman's: Pearson's of the ranks, ties having their average. */
  static Weighted spearman(double[] x, double[] y) {
    if (holdsNaN(x) || holdsNaN(y)) {
      return weights -> Double.NaN;
    }
    int[] byX = order(x);
    int[] byY = order(y);
    return weights -> of(ranks(x, byX, weights), ranks(y, byY, weights), weights);
  }

  private static boolean holdsNaN(double[] values) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  private static int[] order(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The ranks, from 1, as if each example were there as often as its weight says. */
  private static double[] ranks(double[] values, int[] order, int[] weights) {
    double[] ranks = new double[values.length];
    long below = 0;
    for (int first = 0, end; first < order.length; first = end) {
      long tied = 0;
      for (end = first; end < order.length && values[order[end]] == values[order[first]]; end++) {
        tied += weights[order[end]];
      }
      for (int i = first; i < end; i++) {
        ranks[order[i]] = below + (tied + 1) / 2.0;
      }
      below += tied;
    }
    return ranks;
  }

  private static double of(double[] x, double[] y, int[] weights) {
    double total = 0;
    double meanX = 0;
    double meanY = 0;
    int first = -1;
    boolean xVaries = false;
    boolean yVaries = false;
    for (int i = 0; i < x.length; i++) {
      if (weights[i] > 0) {
        first = first < 0 ? i : first;
        xVaries |= x[i] != x[first];
        yVaries |= y[i] != y[first];
        total += weights[i];
        meanX += weights[i] * x[i];
        meanY += weights[i] * y[i];
      }
    }
    if (!xVaries || !yVaries) {
      return Double.NaN; // rounding would make a small number of a variance that is 0
    }
    meanX /= total;
    meanY /= total;
    double varianceX = 0;
    double varianceY = 0;
    double covariance = 0;
    for (int i = 0; i < x.length; i++) {
      double fromX = x[i] - meanX;
      double fromY = y[i] - meanY;
      if (weights[i] > 0) {
        varianceX += weights[i] * fromX * fromX;
        varianceY += weights[i] * fromY * fromY;
        covariance += weights[i] * fromX * fromY;
      }
    }
    return covariance / Math.sqrt(varianceX * varianceY);
  }
}
