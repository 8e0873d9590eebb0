package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of tab-separated cells in UTF-8, read strictly. Quoting is off: a quotation mark is a
 * character. A byte-order mark is not.
 *
 * @param columns the cells of the first line
 * @param rows the other lines, each with as many cells as there are columns
 */
record TsvFile(Path path, List<String> columns, List<Row> rows) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int MAX_SHOWN_CHARACTERS = 100;

  /**
   * @param line counted from 1, the header's
   */
  record Row(int line, List<String> cells) {}

  static TsvFile read(Path path) {
    List<String> lines = lines(path);
    if (lines.isEmpty()) {
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

  /** Splits at line feeds only: a text may hold the other characters that Unicode calls breaks. */
  static List<String> lines(Path path) {
    byte[] bytes = bytes(path);
    List<String> lines = new ArrayList<>();
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      int length = end > start && bytes[end - 1] == '\r' ? end - start - 1 : end - start;
      String line = decode(ByteBuffer.wrap(bytes, start, length), path, lines.size() + 1);
      lines.add(start == 0 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line);
      start = end + 1;
    }
    return lines.equals(List.of("")) ? List.of() : lines;
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw GraftException.input("The file can't be read.")
          .in(path)
          .expected("a file of text in UTF-8")
          .found(Files.isRegularFile(path) ? Folders.reason(e) : Folders.kind(path));
    }
  }

  private static String decode(ByteBuffer bytes, Path path, int line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw GraftException.input("The file is not UTF-8.")
          .in("%s, line %s".formatted(path, line))
          .expected("text in UTF-8")
          .found("bytes that are none")
          .remedy("convert it, for instance with iconv");
    }
  }
}
