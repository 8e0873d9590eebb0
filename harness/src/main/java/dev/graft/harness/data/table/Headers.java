package dev.graft.harness.data.table;

import dev.graft.GraftException;
import java.nio.file.Path;
import java.util.List;

/** The names of columns, and what errors show of a file. */
final class Headers {
  private static final int MAX_SHOWN_CHARACTERS = 100;

  private Headers() {}

  /** Refuses a first line without any. */
  static List<String> require(Path file, List<String> columns) {
    if (columns.isEmpty() || columns.equals(List.of(""))) {
      throw GraftException.input("The file is empty.")
          .in(file)
          .expected("a line of column names, then examples");
    }
    return columns;
  }

  /** Shortens what an error quotes, so that it fits on a screen whatever the file holds. */
  static String shown(String text) {
    return text.length() <= MAX_SHOWN_CHARACTERS
        ? text
        : text.substring(0, MAX_SHOWN_CHARACTERS) + "...";
  }

  static String shown(List<String> columns) {
    return shown(String.join(", ", columns));
  }
}
