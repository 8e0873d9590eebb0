package dev.graft.harness.measure;

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
    Ties ofX = Ties.of(x);
    Ties ofY = Ties.of(y);
    return weights -> of(ofX, ofY, weights);
  }

  private static boolean holdsNaN(double[] values) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  /** Pearson's of ranks, whose mean is known, and which all examples of a tie share. */
  private static double of(Ties x, Ties y, int[] weights) {
    int total = 0;
    for (int weight : weights) {
      total += weight;
    }
    double[] fromX = x.fromMeanRank(weights, total);
    double[] fromY = y.fromMeanRank(weights, total);
    double varianceX = 0;
    double varianceY = 0;
    double covariance = 0;
    for (int i = 0; i < weights.length; i++) {
      double ofX = fromX[x.tie(i)];
      double ofY = fromY[y.tie(i)];
      varianceX += weights[i] * ofX * ofX;
      varianceY += weights[i] * ofY * ofY;
      covariance += weights[i] * ofX * ofY;
    }
    return varianceX == 0 || varianceY == 0
        ? Double.NaN // ranks are halves, of which nothing is rounded
        : covariance / Math.sqrt(varianceX * varianceY);
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
