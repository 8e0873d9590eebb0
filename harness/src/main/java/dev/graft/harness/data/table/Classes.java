package dev.graft.harness.data.table;

import dev.graft.GraftException;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The classes that a column of labels has, numbered as they appear. */
final class Classes implements Target {
  /** The digits of what is taken for a number: to read more takes their square. */
  private static final int LONGEST_NUMBER = 1_000;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  @Override
  public double of(String cell, Table table, Row row) {
    if (cell.isEmpty()) {
      throw GraftException.input("The label is empty.")
          .in(table.place(row))
          .expected("the name of a class");
    }
    return numbers.computeIfAbsent(cell, unseen -> numbers.size());
  }

  /** Refuses classes that nothing is to be told apart by. */
  void requireSeveral(Table table) {
    if (numbers.size() < 2) {
      throw GraftException.input("All examples of the training split have one label.")
          .in(table.file())
          .expected("two classes or more")
          .found("'%s'", Headers.shown(labels().get(0)))
          .remedy("check that --label-column, or label-column of task.yaml, names the right one");
    }
  }

  List<String> labels() {
    return List.copyOf(numbers.keySet());
  }

  /** In their natural order: numbers by their value, if all are numbers, and texts as texts. */
  List<String> sorted() {
    Comparator<String> order = Comparator.naturalOrder();
    Comparator<String> byValue = Comparator.comparing(BigDecimal::new);
    return numbers.keySet().stream()
        .sorted(areNumbers() ? byValue.thenComparing(order) : order)
        .toList();
  }

  /** Whether these are numbers, and not all of them whole: scores, perhaps, and no classes. */
  boolean mayBeScores() {
    return areNumbers()
        && numbers.keySet().stream()
            .anyMatch(label -> new BigDecimal(label).stripTrailingZeros().scale() > 0);
  }

  private boolean areNumbers() {
    return numbers.keySet().stream().allMatch(Classes::isNumber);
  }

  static boolean isNumber(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return false;
    }
    try {
      return Double.isFinite(new BigDecimal(text).doubleValue());
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** For each number that was given the place of its class in another order. */
  int[] places(List<String> order) {
    List<String> labels = labels();
    return IntStream.range(0, labels.size()).map(i -> order.indexOf(labels.get(i))).toArray();
  }
}
