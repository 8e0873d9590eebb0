package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.stream.IntStream;

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
    double agreement(ClassTable table) {
      return (double) table.agreeing() / table.total();
    }
  },

  /** F1 of class 1; 0 if it is neither predicted nor gold anywhere. */
  F1("f1") {
    @Override
    double agreement(ClassTable table) {
      long either = table.predicted(1) + table.gold(1);
      return either == 0 ? 0 : 2.0 * table.both(1) / either;
    }
  },

  /** F1 of all labels of all examples together: what {@link #F1} is of one label. */
  MICRO_F1("micro-f1") {
    @Override
    double agreement(ClassTable table) {
      return F1.agreement(table);
    }
  },

  /**
   * The mean of the F1 of all classes that are predicted or gold anywhere; of labels of which an
   * example may have several the mean over all, 0 being that of one which is neither.
   */
  MACRO_F1("macro-f1") {
    @Override
    double agreement(ClassTable table) {
      return IntStream.range(0, table.classes())
          .filter(c -> table.predicted(c) + table.gold(c) > 0)
          .mapToDouble(c -> 2.0 * table.both(c) / (table.predicted(c) + table.gold(c)))
          .average()
          .orElseThrow();
    }

    @Override
    Weighted ofLabels(double[] predicted, double[] gold, int labels) {
      return mean(F1, predicted, gold, labels);
    }
  },

  /**
   * Matthews' correlation of classes, of two as of more (Gorodkin 2004); 0 if all predicted or all
   * gold classes are one.
   */
  MATTHEWS("matthews") {
    @Override
    double agreement(ClassTable table) {
      double n = table.total();
      double guesses = 0;
      double truths = 0;
      double products = 0;
      for (int c = 0; c < table.classes(); c++) {
        double predicted = table.predicted(c);
        double gold = table.gold(c);
        guesses += predicted * predicted;
        truths += gold * gold;
        products += predicted * gold;
      }
      double variances = (n * n - guesses) * (n * n - truths);
      return variances == 0 ? 0 : (table.agreeing() * n - products) / Math.sqrt(variances);
    }
  },

  /**
   * Pearson correlation of scores, of several the mean; NaN if either side is constant or holds a
   * NaN.
   */
  PEARSON("pearson") {
    @Override
    Weighted ofOne(double[] predicted, double[] gold) {
      return Correlation.pearson(predicted, gold);
    }

    @Override
    Weighted ofLabels(double[] predicted, double[] gold, int labels) {
      return mean(this, predicted, gold, labels);
    }
  },

  /**
   * Spearman correlation of scores, of several the mean, ties by average ranks; NaN if either side
   * is constant or holds a NaN.
   */
  SPEARMAN("spearman") {
    @Override
    Weighted ofOne(double[] predicted, double[] gold) {
      return Correlation.spearman(predicted, gold);
    }

    @Override
    Weighted ofLabels(double[] predicted, double[] gold, int labels) {
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
    return weighted(predicted, gold, labels).once(gold.length / labels);
  }

  @Override
  public Weighted weighted(double[] predicted, double[] gold, int labels) {
    if (predicted.length != gold.length || gold.length == 0) {
      throw new IllegalArgumentException(
          "The %s of %s predictions and %s gold answers: expected as many of both, and at least one."
              .formatted(label, predicted.length, gold.length));
    }
    return labels == 1 ? ofOne(predicted, gold) : ofLabels(predicted, gold, labels);
  }

  /** Wilson's interval for accuracy, else by bootstrap. */
  @Override
  public Estimate estimate(double[] predicted, double[] gold, int labels, long seed) {
    return this == ACCURACY && gold.length > 0 && predicted.length == gold.length
        ? Estimate.proportion(agreeing(predicted, gold), gold.length)
        : Metric.super.estimate(predicted, gold, labels, seed);
  }

  /** Over examples of one class, label or score. */
  Weighted ofOne(double[] predicted, double[] gold) {
    return ClassTable.statistic(predicted, gold, 1, this::agreement);
  }

  /** Over examples of several labels or scores. */
  Weighted ofLabels(double[] predicted, double[] gold, int labels) {
    return ClassTable.statistic(predicted, gold, labels, this::agreement);
  }

  /** What classes agree. */
  double agreement(ClassTable table) {
    throw new IllegalStateException(label + " is not of classes");
  }

  /** The mean over labels or scores of what each alone agrees. */
  private static Weighted mean(
      StandardMetric metric, double[] predicted, double[] gold, int labels) {
    Weighted[] each = new Weighted[labels];
    Arrays.setAll(
        each, label -> metric.ofOne(one(predicted, label, labels), one(gold, label, labels)));
    return weights -> {
      double sum = 0;
      for (Weighted one : each) {
        sum += one.of(weights);
      }
      return sum / labels;
    };
  }

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
}
