package dev.graft.harness.measure;

import dev.graft.GraftException;
import dev.graft.Names;
import java.util.Arrays;
import java.util.List;
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

  Metric(String label) {
    this.label = label;
  }

  /**
   * The metric of a label that a user gives.
   *
   * @param where it was given, for the error that an unknown one is
   */
  public static Metric named(String label, String where) {
    List<String> labels = Arrays.stream(values()).map(Metric::label).toList();
    if (!labels.contains(label)) {
      throw GraftException.input(
              "There is no metric '%s'.%s", label, Names.didYouMean(label, labels))
          .in(where)
          .expected(String.join(", ", labels));
    }
    return labelled(label);
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
    return compute(predicted, gold, 1);
  }

  /**
   * The same of several numbers an example: for each label 1 where the example has it, else 0.
   *
   * @param labels how many there are
   */
  public double compute(double[] predicted, double[] gold, int labels) {
    if (predicted.length != gold.length || gold.length == 0) {
      throw new IllegalArgumentException(
          "The %s of %s predictions and %s gold answers: expected as many of both, and at least one."
              .formatted(label, predicted.length, gold.length));
    }
    return ofLabels(predicted, gold, labels);
  }

  /**
   * The same with its 95% interval over examples: Wilson's for accuracy, else by bootstrap. The
   * interval leaves out what varies from one training to the next.
   */
  public Estimate estimate(double[] predicted, double[] gold, long seed) {
    return estimate(predicted, gold, 1, seed);
  }

  /**
   * The same of several numbers an example: for each label 1 where the example has it, else 0.
   *
   * @param labels how many there are
   */
  public Estimate estimate(double[] predicted, double[] gold, int labels, long seed) {
    double value = compute(predicted, gold, labels);
    if (this == ACCURACY) {
      return Estimate.proportion(agreeing(predicted, gold), gold.length);
    }
    return Double.isNaN(value)
        ? new Estimate(value, Double.NaN, Double.NaN)
        : Estimate.bootstrap(
            gold.length / labels,
            rows -> ofLabels(pick(predicted, rows, labels), pick(gold, rows, labels), labels),
            seed);
  }

  /** The mean over labels or scores of what each alone agrees. */
  private static double mean(Metric metric, double[] predicted, double[] gold, int labels) {
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

  private static double[] pick(double[] values, int[] rows, int width) {
    double[] picked = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, picked, i * width, width);
    }
    return picked;
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
