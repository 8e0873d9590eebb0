package dev.graft.harness.data.table;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The labels of rows that may have any number of them: the sets that there are are counted. */
final class LabelSets implements Target {
  /** What stands between labels unless it is told. */
  static final String SEPARATOR = ",";

  private final Pattern separator;
  private final Map<List<Integer>, Integer> sets = new LinkedHashMap<>();
  private Target each;
  private int labels;

  /**
   * No sets yet.
   *
   * @param separator what stands between the labels of a cell that is no list
   * @param each what one label is worth
   */
  LabelSets(String separator, Target each) {
    this.separator = Pattern.compile(separator, Pattern.LITERAL);
    this.each = each;
  }

  /** Goes on with the labels that were found, which have other numbers now. */
  void known(KnownClasses known, int[] numbers) {
    each = known;
    labels = numbers.length;
    Map<List<Integer>, Integer> renumbered = new LinkedHashMap<>();
    sets.forEach(
        (set, number) ->
            renumbered.put(set.stream().map(label -> numbers[label]).sorted().toList(), number));
    sets.clear();
    sets.putAll(renumbered);
  }

  @Override
  public double of(Row row, int column, Table table) {
    return table.format() == Format.JSON_LINES
        ? number(row.cells().get(column), table, row)
        : of(row.one(column, table), table, row);
  }

  @Override
  public double of(String cell, Table table, Row row) {
    List<String> labels =
        cell.isBlank()
            ? List.of()
            : Arrays.stream(separator.split(cell, -1)).map(String::strip).toList();
    return number(labels, table, row);
  }

  private double number(List<String> labels, Table table, Row row) {
    List<Integer> set =
        labels.stream().map(label -> (int) each.of(label, table, row)).distinct().sorted().toList();
    return sets.computeIfAbsent(set, unseen -> sets.size());
  }

  @Override
  public void finish(Table table) {
    each.finish(table);
  }

  @Override
  public List<double[]> learnt() {
    return sets.keySet().stream().map(this::marks).toList();
  }

  private double[] marks(List<Integer> set) {
    double[] marks = new double[labels];
    set.forEach(label -> marks[label] = 1);
    return marks;
  }
}
