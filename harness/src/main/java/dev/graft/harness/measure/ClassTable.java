package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** How often each class was predicted of each class: all that agreements of classes depend on. */
final class ClassTable {
  /** Of an index; tables of more would not fit into memory. */
  private static final int MOST = 10_000;

  private final int classes;
  private final long[] counts;

  private ClassTable(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
  }

  /**
   * A statistic of the table. Which cell an entry is counted in is looked up once.
   *
   * @param width entries of each example
   */
  static Weighted statistic(
      double[] predicted, double[] gold, int width, ToDoubleFunction<ClassTable> statistic) {
    requireClasses(predicted);
    requireClasses(gold);
    int[] found =
        DoubleStream.concat(
                DoubleStream.of(0, 1),
                DoubleStream.concat(Arrays.stream(predicted), Arrays.stream(gold)))
            .mapToInt(answer -> (int) answer)
            .distinct()
            .sorted()
            .toArray();
    int classes = found.length;
    int[] cells = new int[gold.length];
    Arrays.setAll(cells, i -> place(found, gold[i]) * classes + place(found, predicted[i]));
    return weights -> {
      long[] counts = new long[classes * classes];
      for (int i = 0; i < cells.length; i++) {
        counts[cells[i]] += weights[width == 1 ? i : i / width];
      }
      return statistic.applyAsDouble(new ClassTable(classes, counts));
    };
  }

  /** Classes that there are none of take no room; the first two keep their places. */
  private static int place(int[] found, double answer) {
    return Arrays.binarySearch(found, (int) answer);
  }

  private static void requireClasses(double[] answers) {
    for (double answer : answers) {
      if (!(answer >= 0 && answer <= MOST && answer == Math.rint(answer))) {
        throw new IllegalArgumentException("no class has the index " + answer);
      }
    }
  }

  int classes() {
    return classes;
  }

  long total() {
    return Arrays.stream(counts).sum();
  }

  /** How often a class was predicted and true; 0 of one that there is not. */
  long both(int c) {
    return c < classes ? counts[c * classes + c] : 0;
  }

  /** How often any class was predicted and true. */
  long agreeing() {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += both(c);
    }
    return sum;
  }

  long predicted(int c) {
    long sum = 0;
    for (int row = 0; c < classes && row < classes; row++) {
      sum += counts[row * classes + c];
    }
    return sum;
  }

  long gold(int c) {
    long sum = 0;
    for (int column = 0; c < classes && column < classes; column++) {
      sum += counts[c * classes + column];
    }
    return sum;
  }
}
