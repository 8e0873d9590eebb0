package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.data.TextLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a table is written. */
public enum Format {
  /** RFC 4180: commas, and quotation marks around what holds any of these or breaks of lines. */
  CSV("csv") {
    @Override
    Table table(Path file, TextLines lines) throws IOException {
      return new CsvTable(file, lines);
    }
  },
  /** Tabs between cells; a quotation mark is a character. */
  TSV("tsv") {
    @Override
    Table table(Path file, TextLines lines) throws IOException {
      return new TsvTable(file, lines);
    }
  },
  /** A JSON object a line. */
  JSON_LINES("jsonl") {
    @Override
    Table table(Path file, TextLines lines) throws IOException {
      return new JsonLinesTable(file, lines);
    }
  };

  /** And the ending of a file's name. */
  private final String label;

  Format(String label) {
    this.label = label;
  }

  /** Opens a table; its columns are read. */
  Table open(Path file) throws IOException {
    TextLines lines = TextLines.open(file);
    try {
      return table(file, lines);
    } catch (RuntimeException | IOException e) {
      lines.close();
      throw e;
    }
  }

  /** A table, which closes its lines, or else the caller does. */
  abstract Table table(Path file, TextLines lines) throws IOException;

  /** The format of a name that a user gives. */
  public static Format named(String name, String where) {
    return Arrays.stream(values())
        .filter(format -> format.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input(
                        "There is no format '%s'.%s", name, Names.didYouMean(name, labels()))
                    .in(where)
                    .expected(String.join(", ", labels())));
  }

  /** The names of all, which are endings of files as well. */
  static List<String> labels() {
    return Stream.of(values()).map(format -> format.label).toList();
  }

  /**
   * The format that the ending of a file's name tells. Tables of commas are called .tsv now and
   * then; what has no tab in its first line has no columns of a TSV.
   */
  static Format of(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    Format told =
        Stream.of(values())
            .filter(format -> name.endsWith("." + format.label))
            .findFirst()
            .orElseThrow(
                () ->
                    GraftException.input("The name of the file does not tell its format.")
                        .in(file)
                        .expected(
                            labels().stream().map("."::concat).collect(Collectors.joining(", ")))
                        .remedy("rename it, or tell the format in a task.yaml"));
    return told == TSV && hasCommasAlone(file) ? CSV : told;
  }

  private static boolean hasCommasAlone(Path file) throws IOException {
    try (TextLines lines = TextLines.open(file)) {
      String first = lines.next();
      return first != null && first.indexOf('\t') < 0 && first.indexOf(',') >= 0;
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
