package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How well predictions agree with the gold answers, as GLUE defines it; where an agreement is
 * undefined the value is that of scikit-learn (classes) or SciPy (scores).
 *
 * <p>Classes are given by their index: 0, 1, ...
 */
public enum StandardMetric implements Metric {
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

  /** F1 of all labels of all examples together: what {@link #F1} is of one label. */
  MICRO_F1("micro-f1") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      return F1.agreement(predicted, gold);
    }
  },

  /**
   * The mean of the F1 of all classes that are predicted or gold anywhere; of labels of which an
   * example may have several the mean over all, 0 being that of one which is neither.
   */
  MACRO_F1("macro-f1") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      int classes = classes(predicted, gold);
      int[] both = new int[classes];
      int[] either = new int[classes];
      for (int i = 0; i < gold.length; i++) {
        both[(int) gold[i]] += predicted[i] == gold[i] ? 1 : 0;
        either[(int) gold[i]]++;
        either[(int) predicted[i]]++;
      }
      return IntStream.range(0, classes)
          .filter(c -> either[c] > 0)
          .mapToDouble(c -> 2.0 * both[c] / either[c])
          .average()
          .orElseThrow();
    }

    @Override
    double ofLabels(double[] predicted, double[] gold, int labels) {
      return labels == 1 ? agreement(predicted, gold) : mean(F1, predicted, gold, labels);
    }
  },

  /**
   * Matthews' correlation of classes, of two as of more (Gorodkin 2004); 0 if all predicted or all
   * gold classes are one.
   */
  MATTHEWS("matthews") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      int classes = classes(predicted, gold);
      double[] guesses = new double[classes];
      double[] truths = new double[classes];
      for (int i = 0; i < gold.length; i++) {
        guesses[(int) predicted[i]]++;
        truths[(int) gold[i]]++;
      }
      double n = gold.length;
      double covariance = agreeing(predicted, gold) * n - product(guesses, truths);
      double variances = (n * n - product(guesses, guesses)) * (n * n - product(truths, truths));
      return variances == 0 ? 0 : covariance / Math.sqrt(variances);
    }
  },

  /**
   * Pearson correlation of scores, of several the mean; NaN if either side is constant or holds a
   * NaN.
   */
  PEARSON("pearson") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      return vary(predicted, gold)
          ? new PearsonsCorrelation().correlation(predicted, gold)
          : Double.NaN;
    }

    @Override
    double ofLabels(double[] predicted, double[] gold, int labels) {
      return mean(this, predicted, gold, labels);
    }
  },

  /**
   * Spearman correlation of scores, of several the mean, ties by average ranks; NaN if either side
   * is constant or holds a NaN.
   */
  SPEARMAN("spearman") {
    @Override
    double agreement(double[] predicted, double[] gold) {
      return vary(predicted, gold)
          ? new SpearmansCorrelation().correlation(predicted, gold)
          : Double.NaN;
    }

    @Override
    double ofLabels(double[] predicted, double[] gold, int labels) {
      return mean(this, predicted, gold, labels);
    }
  };

  private final String label;

  StandardMetric(String label) {
    this.label = label;
  }

  @Override
  public boolean judges(Answered answered, int labels) {
    return switch (answered) {
      case CLASS -> this == ACCURACY || this == MACRO_F1 || this == MATTHEWS || isOfTwo(labels);
      case LABELS -> this == MICRO_F1 || this == MACRO_F1;
      case SCORES -> this == PEARSON || this == SPEARMAN;
    };
  }

  private boolean isOfTwo(int labels) {
    return this == F1 && labels == 2;
  }

  @Override
  public boolean isShare() {
    return this == ACCURACY || this == F1 || this == MICRO_F1 || this == MACRO_F1;
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

  @Override
  public double compute(double[] predicted, double[] gold, int labels) {
    if (predicted.length != gold.length || gold.length == 0) {
      throw new IllegalArgumentException(
          "The %s of %s predictions and %s gold answers: expected as many of both, and at least one."
              .formatted(label, predicted.length, gold.length));
    }
    return ofLabels(predicted, gold, labels);
  }

  /** Wilson's interval for accuracy, else by bootstrap. */
  @Override
  public Estimate estimate(double[] predicted, double[] gold, int labels, long seed) {
    return this == ACCURACY && gold.length > 0 && predicted.length == gold.length
        ? Estimate.proportion(agreeing(predicted, gold), gold.length)
        : Metric.super.estimate(predicted, gold, labels, seed);
  }

  /** The mean over labels or scores of what each alone agrees. */
  private static double mean(StandardMetric metric, double[] predicted, double[] gold, int labels) {
    return IntStream.range(0, labels)
        .mapToDouble(
            label -> metric.agreement(one(predicted, label, labels), one(gold, label, labels)))
        .average()
        .orElseThrow();
  }

  /** The agreement over examples of several numbers, or of one. */
  double ofLabels(double[] predicted, double[] gold, int labels) {
    return agreement(predicted, gold);
  }

  abstract double agreement(double[] predicted, double[] gold);

  /** What all examples have of one label. */
  private static double[] one(double[] values, int label, int labels) {
    return IntStream.range(0, values.length / labels)
        .mapToDouble(i -> values[i * labels + label])
        .toArray();
  }

  private static int agreeing(double[] predicted, double[] gold) {
    int count = 0;
    for (int i = 0; i < gold.length; i++) {
      count += predicted[i] == gold[i] ? 1 : 0;
    }
    return count;
  }

  private static int classes(double[] predicted, double[] gold) {
    return 1
        + (int)
            DoubleStream.concat(Arrays.stream(predicted), Arrays.stream(gold)).max().orElseThrow();
  }

  private static double product(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static boolean vary(double[] x, double[] y) {
    return varies(x) && varies(y);
  }

  private static boolean varies(double[] values) {
    return Arrays.stream(values).noneMatch(Double::isNaN)
        && Arrays.stream(values).distinct().limit(2).count() == 2;
  }
}
