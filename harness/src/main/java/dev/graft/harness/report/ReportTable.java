package dev.graft.harness.report;

import java.util.List;

/**
 * Texts in columns, with no word yet on how they are shown.
 *
 * @param rows each with a cell a column
 */
public record ReportTable(List<Column> columns, List<List<String>> rows) {
  /** Which side of its column a cell stands at. */
  public enum Side {
    LEFT,
    RIGHT
  }

  /**
   * A column.
   *
   * @param group a heading above the heading; neighbours of one group share it, and empty is none
   */
  public record Column(String group, String heading, Side side) {
    public static Column left(String heading) {
      return new Column("", heading, Side.LEFT);
    }

    /** The index after the last of the neighbours that share a column's group. */
    public static int endOfGroup(List<Column> columns, int first) {
      String group = columns.get(first).group();
      int end = first + 1;
      while (end < columns.size() && !group.isEmpty() && columns.get(end).group().equals(group)) {
        end++;
      }
      return end;
    }

    public static Column right(String group, String heading) {
      return new Column(group, heading, Side.RIGHT);
    }
  }

  public ReportTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    int width = columns.size();
    if (rows.stream().anyMatch(row -> row.size() != width)) {
      throw new IllegalArgumentException("a row has not %s cells: %s".formatted(width, rows));
    }
  }
}
