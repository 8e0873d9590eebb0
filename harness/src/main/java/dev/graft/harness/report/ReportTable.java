package dev.graft.harness.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

  /** Only the columns from one to before another. */
  public ReportTable columns(int first, int end) {
    return new ReportTable(
        columns.subList(first, end), rows.stream().map(row -> row.subList(first, end)).toList());
  }

  /** Without the columns from one to before another. */
  public ReportTable without(int first, int end) {
    return new ReportTable(
        joined(columns, first, end), rows.stream().map(row -> joined(row, first, end)).toList());
  }

  private static <T> List<T> joined(List<T> list, int first, int end) {
    return Stream.concat(list.subList(0, first).stream(), list.stream().skip(end)).toList();
  }

  /** Of so many rows at most. */
  public List<ReportTable> pages(int most) {
    List<ReportTable> pages = new ArrayList<>();
    for (int first = 0; first < rows.size(); first += most) {
      pages.add(new ReportTable(columns, rows.subList(first, Math.min(rows.size(), first + most))));
    }
    return pages;
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
