package dev.graft.harness.data.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A file of rows, which are read one after the other. */
interface Table extends AutoCloseable {
  Path file();

  Format format();

  List<String> columns();

  /** How many broken lines were passed over so far. */
  default int leftOut() {
    return 0;
  }

  /**
   * The next row, or null after the last.
   *
   * @throws dev.graft.GraftException if it is not as rows of its format are
   */
  Row next() throws IOException;

  @Override
  void close() throws IOException;

  /** The place of a row, for messages. */
  default String place(Row row) {
    return "%s, line %s".formatted(file(), row.line());
  }
}
