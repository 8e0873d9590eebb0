package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.harness.data.TextLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Cells as RFC 4180 writes them. Empty lines are left out. */
final class CsvTable implements Table {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private final Path file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> columns;
  private int line;

  CsvTable(Path file, TextLines lines) throws IOException {
    this.file = file;
    this.parser = CSVParser.builder().setReader(lines.reader()).setFormat(FORMAT).get();
    this.records = parser.iterator();
    CSVRecord first = record();
    this.columns = Headers.require(file, first == null ? List.of() : first.toList());
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Format format() {
    return Format.CSV;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public Row next() throws IOException {
    CSVRecord record = record();
    if (record == null) {
      return null;
    }
    if (record.size() != columns.size()) {
      throw GraftException.input(
              "The row has %s cells.", record.size() < columns.size() ? "too few" : "too many")
          .in("%s, line %s".formatted(file, line))
          .expected("%d, separated by commas: %s", columns.size(), Headers.shown(columns))
          .found("%d", record.size())
          .remedy("put quotation marks around a cell with a comma, and write \" in it as \"\"");
    }
    return Row.of(line, record.toList());
  }

  private CSVRecord record() throws IOException {
    CSVRecord record;
    do {
      line = (int) parser.getCurrentLineNumber() + 1;
      try {
        record = records.hasNext() ? records.next() : null;
      } catch (UncheckedIOException e) {
        if (e.getCause() instanceof CSVException malformed) {
          throw unquoted(malformed);
        }
        IOException failure = e.getCause();
        throw failure;
      }
    } while (record != null && record.size() == 1 && record.get(0).isEmpty());
    return record;
  }

  /** The library's own words have the digits of the machine's language. */
  private GraftException unquoted(CSVException e) {
    boolean isOpen = e.getMessage().contains("EOF");
    return GraftException.input("The quotation marks of a row are not as CSV has them.")
        .in("%s, line %s".formatted(file, line))
        .expected("\"a cell, with a \"\"word\"\" in quotation marks\"")
        .found(
            isOpen
                ? "one that is not closed before the file ends"
                : "something between one that closes a cell and the comma behind it")
        .causedBy(e);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
