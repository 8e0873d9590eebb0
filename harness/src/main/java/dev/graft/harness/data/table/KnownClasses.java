package dev.graft.harness.data.table;

import dev.graft.GraftException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The classes of the training split, which another split is read with. */
final class KnownClasses implements Target {
  private static final int SHOWN = 5;

  private final List<String> cells;
  private final List<String> labels;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final Map<String, List<Integer>> unknown = new LinkedHashMap<>();

  /**
   * Classes in their order.
   *
   * @param cells what the files call them
   * @param labels their names
   */
  KnownClasses(List<String> cells, List<String> labels) {
    this.cells = cells;
    this.labels = labels;
    cells.forEach(cell -> numbers.put(cell, numbers.size()));
  }

  @Override
  public double of(String cell, Table table, Row row) {
    Integer number = numbers.get(cell);
    if (number == null) {
      unknown.computeIfAbsent(cell, label -> new ArrayList<>()).add(row.line());
      return Double.NaN;
    }
    return number;
  }

  @Override
  public void finish(Table table) {
    if (!unknown.isEmpty()) {
      throw GraftException.input("The training split has no such label.")
          .in(table.file())
          .expected(first(IntStream.range(0, cells.size()).mapToObj(this::described).toList()))
          .found(
              first(
                  unknown.entrySet().stream()
                      .map(
                          e ->
                              "'%s' in %s"
                                  .formatted(Headers.shown(e.getKey()), lines(e.getValue())))
                      .toList()))
          .remedy("mend the labels, or put examples of each into the training split");
    }
  }

  private String described(int number) {
    String cell = cells.get(number);
    String label = labels.get(number);
    return cell.equals(label) ? "'%s'".formatted(cell) : "%s (%s)".formatted(cell, label);
  }

  private static String lines(List<Integer> lines) {
    return (lines.size() == 1 ? "line " : "lines ")
        + first(lines.stream().map(String::valueOf).toList());
  }

  /** Some of many. */
  private static String first(List<String> parts) {
    String shown = parts.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return parts.size() <= SHOWN ? shown : "%s and %s more".formatted(shown, parts.size() - SHOWN);
  }
}
