package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How well predictions agree with the gold answers, as GLUE defines it; where an agreement is
 * undefined the value is that of scikit-learn (classes) or SciPy (scores).
 *
 * <p>Classes are given by their index: 0, 1, ...
 */
public enum Metric {
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

  /**
   * Matthews correlation, for any number of classes (Gorodkin 2004); 0 if all predictions, or all
   * gold answers, are the same class.
   */
  MATTHEWS("matthews") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      Map<Double, Integer> predictedCounts = counts(predicted);
      Map<Double, Integer> goldCounts = counts(gold);
      double n = gold.length;
      double spread =
          Math.sqrt(n * n - products(predictedCounts, predictedCounts))
              * Math.sqrt(n * n - products(goldCounts, goldCounts));
      double covariance = n * agreeing(predicted, gold) - products(predictedCounts, goldCounts);
      return spread == 0 ? 0 : covariance / spread;
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

  /** The name that reports use. */
  public String label() {
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
          "The %s of %d predictions and %d gold answers: expected as many of both, and at least one."
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

  private static Map<Double, Integer> counts(double[] classes) {
    Map<Double, Integer> counts = new HashMap<>();
    Arrays.stream(classes).forEach(index -> counts.merge(index, 1, Integer::sum));
    return counts;
  }

  private static double products(Map<Double, Integer> a, Map<Double, Integer> b) {
    return a.entrySet().stream()
        .mapToDouble(entry -> (double) entry.getValue() * b.getOrDefault(entry.getKey(), 0))
        .sum();
  }

  private static boolean vary(double[] x, double[] y) {
    return varies(x) && varies(y);
  }

  private static boolean varies(double[] values) {
    return Arrays.stream(values).noneMatch(Double::isNaN)
        && Arrays.stream(values).distinct().limit(2).count() == 2;
  }
}
