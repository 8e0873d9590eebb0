package dev.graft.harness.report;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.ReportTable.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shows a table in plain characters of equal width. */
public final class TextTable {
  private static final String GAP = "  ";
  private static final int NARROWEST = 12;
  private static final String ITEM = "* ";

  private final ReportTable table;
  private final int[] widths;
  private final int[] starts;

  private TextTable(ReportTable table, int wrapped, int lineWidth) {
    this.table = table;
    int columns = table.columns().size();
    this.widths = IntStream.range(0, columns).map(this::naturalWidth).toArray();
    makeRoomForGroups();
    int others = IntStream.of(widths).sum() - widths[wrapped] + GAP.length() * (columns - 1);
    widths[wrapped] = Math.min(widths[wrapped], Math.max(NARROWEST, lineWidth - others));
    this.starts = new int[columns];
    for (int i = 1; i < columns; i++) {
      starts[i] = starts[i - 1] + widths[i - 1] + GAP.length();
    }
  }

  /**
   * The lines of a table, headings first.
   *
   * @param wrapped the column whose cells are broken into lines where a line would be too long
   * @param lineWidth in characters; a table that can't be so narrow is wider
   */
  public static List<String> lines(ReportTable table, int wrapped, int lineWidth) {
    return new TextTable(table, wrapped, lineWidth).lines();
  }

  private int naturalWidth(int column) {
    return Stream.concat(
            Stream.of(table.columns().get(column).heading()),
            table.rows().stream().map(row -> row.get(column)))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  private void makeRoomForGroups() {
    List<Column> columns = table.columns();
    for (int first = 0, end; first < columns.size(); first = end) {
      end = Column.endOfGroup(columns, first);
      int room = GAP.length() * (end - first - 1);
      for (int i = first; i < end; i++) {
        room += widths[i];
      }
      widths[end - 1] += Math.max(0, columns.get(first).group().length() - room);
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    String groups = groups();
    if (!groups.isEmpty()) {
      lines.add(groups);
    }
    lines.add(line(table.columns().stream().map(Column::heading).toList()));
    lines.add(IntStream.of(widths).mapToObj("-"::repeat).collect(joining(GAP)));
    for (List<String> row : table.rows()) {
      lines.addAll(row(row));
    }
    return lines;
  }

  /** Each group's name above the middle of its columns. */
  private String groups() {
    StringBuilder line = new StringBuilder();
    List<Column> columns = table.columns();
    for (int first = 0, end; first < columns.size(); first = end) {
      String group = columns.get(first).group();
      end = Column.endOfGroup(columns, first);
      int width = starts[end - 1] + widths[end - 1] - starts[first];
      int indent = Math.max(0, width - group.length()) / 2;
      pad(line, group.isEmpty() ? 0 : starts[first] + indent);
      line.append(group);
    }
    return line.toString();
  }

  private List<String> row(List<String> cells) {
    List<List<String>> wrapped =
        IntStream.range(0, cells.size()).mapToObj(i -> wrap(cells.get(i), widths[i])).toList();
    int height = wrapped.stream().mapToInt(List::size).max().orElse(1);
    return IntStream.range(0, height)
        .mapToObj(
            i -> line(wrapped.stream().map(cell -> i < cell.size() ? cell.get(i) : "").toList()))
        .toList();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      boolean isRight = table.columns().get(i).side() == Side.RIGHT;
      String cell = cells.get(i);
      if (!cell.isEmpty()) {
        pad(line, starts[i] + (isRight ? widths[i] - cell.length() : 0));
        line.append(cell);
      }
    }
    return line.toString();
  }

  private static void pad(StringBuilder line, int length) {
    line.append(" ".repeat(Math.max(0, length - line.length())));
  }

  /** A text as an item of a list, in lines of at most this width. */
  public static List<String> item(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String line : wrap(text, width - ITEM.length())) {
      lines.add((lines.isEmpty() ? ITEM : " ".repeat(ITEM.length())) + line);
    }
    return lines;
  }

  /** Breaks a text at blanks, and a longer word after the signs that join methods and settings. */
  public static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int end = rest.lastIndexOf(' ', width);
      if (end <= 0) {
        end = width;
        while (end > 0 && "+,:".indexOf(rest.charAt(end - 1)) < 0) {
          end--;
        }
      }
      end = end <= 0 ? width : end;
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
