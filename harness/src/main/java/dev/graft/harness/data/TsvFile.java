package dev.graft.harness.data;

import dev.graft.GraftException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of tab-separated cells, read strictly. Quoting is off: a quotation mark is a character.
 *
 * @param columns the cells of the first line
 * @param rows the other lines, each with as many cells as there are columns
 */
record TsvFile(Path path, List<String> columns, List<Row> rows) {
  private static final int MAX_SHOWN_CHARACTERS = 100;

  /**
   * @param line counted from 1, the header's
   */
  record Row(int line, List<String> cells) {}

  static TsvFile read(Path path) {
    List<String> lines = TextLines.all(path);
    if (lines.isEmpty() || lines.equals(List.of(""))) {
      throw GraftException.input("The file is empty.")
          .in(path)
          .expected("a line of column names, then examples");
    }
    List<String> columns = cells(lines.get(0));
    if (lines.size() == 1) {
      throw GraftException.input("The file has no examples.")
          .in(path)
          .expected("lines after the column names")
          .found("only %s", shown(String.join(", ", columns)));
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      if (cells.size() != columns.size()) {
        throw GraftException.input(
                "The line has %s cells.", cells.size() < columns.size() ? "too few" : "too many")
            .in("%s, line %s".formatted(path, i + 1))
            .expected(
                "%d, separated by tabs: %s", columns.size(), shown(String.join(", ", columns)))
            .found("%d", cells.size())
            .remedy("a quotation mark does not protect a tab or the end of a line");
      }
      rows.add(new Row(i + 1, cells));
    }
    return new TsvFile(path, columns, List.copyOf(rows));
  }

  /** Shortens what an error quotes, so that it fits on a screen whatever the file holds. */
  static String shown(String text) {
    return text.length() <= MAX_SHOWN_CHARACTERS
        ? text
        : text.substring(0, MAX_SHOWN_CHARACTERS) + "...";
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\t", -1));
  }
}
