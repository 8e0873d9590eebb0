package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.harness.data.TextLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Tab-separated cells, read strictly. Quoting is off: a quotation mark is a character. */
final class TsvTable implements Table {
  private final Path file;
  private final TextLines lines;
  private final List<String> columns;
  private String ahead;
  private int leftOut;

  TsvTable(Path file, TextLines lines) throws IOException {
    this.file = file;
    this.lines = lines;
    String first = lines.next();
    List<String> cells = Headers.require(file, first == null ? List.of() : cells(first));
    boolean isCola = GlueLayout.isCola(cells); // it alone has no line of column names
    this.columns = isCola ? GlueLayout.COLA_COLUMNS : cells;
    this.ahead = isCola ? first : null;
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Format format() {
    return Format.TSV;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public Row next() throws IOException {
    String line = ahead == null ? lines.next() : ahead;
    ahead = null;
    while (line != null) {
      List<String> cells = cells(line);
      if (cells.size() == columns.size()) {
        return Row.of(lines.number(), cells);
      }
      refuseUnlessKnown(cells.size());
      leftOut++;
      line = lines.next();
    }
    return null;
  }

  private void refuseUnlessKnown(int found) {
    if (!GlueLayout.hasBrokenLines(columns)) {
      throw GraftException.input(
              "The line has %s cells.", found < columns.size() ? "too few" : "too many")
          .in(lines.place())
          .expected("%d, separated by tabs: %s", columns.size(), Headers.shown(columns))
          .found("%d", found)
          .remedy("a quotation mark does not protect a tab or the end of a line");
    }
  }

  @Override
  public int leftOut() {
    return leftOut;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\t", -1));
  }
}
