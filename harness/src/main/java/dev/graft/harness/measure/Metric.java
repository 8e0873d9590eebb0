package dev.graft.harness.measure;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How well predictions agree with the gold answers, as GLUE defines it; where an agreement is
 * undefined the value is that of scikit-learn (classes) or SciPy (scores).
 *
 * <p>Classes are given by their index: 0, 1, ...
 */
public enum Metric implements Measure {
  /** The share of examples whose class is predicted. */
  ACCURACY("accuracy") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      return (double) agreeing(predicted, gold) / gold.length;
    }
  },

  /** F1 of class 1; 0 if it is neither predicted nor gold anywhere. */
  F1("f1") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      int both = 0;
      int either = 0;
      for (int i = 0; i < gold.length; i++) {
        both += predicted[i] == 1 && gold[i] == 1 ? 1 : 0;
        either += (predicted[i] == 1 ? 1 : 0) + (gold[i] == 1 ? 1 : 0);
      }
      return either == 0 ? 0 : 2.0 * both / either;
    }
  },

  /** Pearson correlation of scores; NaN if either side is constant or holds a NaN. */
  PEARSON("pearson") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      return vary(predicted, gold)
          ? new PearsonsCorrelation().correlation(predicted, gold)
          : Double.NaN;
    }
  },

  /**
   * Spearman correlation of scores, ties by average ranks; NaN if either side is constant or holds
   * a NaN.
   */
  SPEARMAN("spearman") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      return vary(predicted, gold)
          ? new SpearmansCorrelation().correlation(predicted, gold)
          : Double.NaN;
    }
  };

  private final String label;

  Metric(String label) {
    this.label = label;
  }

  /** The metric of a label. */
  public static Metric labelled(String label) {
    return Arrays.stream(values())
        .filter(metric -> metric.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no metric '" + label + "'"));
  }

  @Override
  public String label() {
    return label;
  }

  /** The label: as files and texts have it. */
  @Override
  public String toString() {
    return label;
  }

  /**
   * The agreement of predictions with the gold answers of the same examples.
   *
   * @throws IllegalArgumentException if there are no examples, or not as many on both sides
   */
  public double compute(double[] predicted, double[] gold) {
    if (predicted.length != gold.length || gold.length == 0) {
      throw new IllegalArgumentException(
          "The %s of %s predictions and %s gold answers: expected as many of both, and at least one."
              .formatted(label, predicted.length, gold.length));
    }
    return agreement(predicted, gold);
  }

  /**
   * The same with its 95% interval over examples: Wilson's for accuracy, else by bootstrap. The
   * interval leaves out what varies from one training to the next.
   */
  public Estimate estimate(double[] predicted, double[] gold, long seed) {
    double value = compute(predicted, gold);
    if (this == ACCURACY) {
      return Estimate.proportion(agreeing(predicted, gold), gold.length);
    }
    return Double.isNaN(value)
        ? new Estimate(value, Double.NaN, Double.NaN)
        : Estimate.bootstrap(
            gold.length, rows -> agreement(pick(predicted, rows), pick(gold, rows)), seed);
  }

  abstract double agreement(double[] predicted, double[] gold);

  private static double[] pick(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }

  private static int agreeing(double[] predicted, double[] gold) {
    int count = 0;
    for (int i = 0; i < gold.length; i++) {
      count += predicted[i] == gold[i] ? 1 : 0;
    }
    return count;
  }

  private static boolean vary(double[] x, double[] y) {
    return varies(x) && varies(y);
  }

  private static boolean varies(double[] values) {
    return Arrays.stream(values).noneMatch(Double::isNaN)
        && Arrays.stream(values).distinct().limit(2).count() == 2;
  }
}
