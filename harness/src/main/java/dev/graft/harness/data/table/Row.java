package dev.graft.harness.data.table;

import dev.graft.GraftException;
import java.util.List;

/**
 * A row of a table.
 *
 * @param line that it begins on, counted from 1
 * @param cells for each column its values: one, none where it is missing, or those of a list
 */
record Row(int line, List<List<String>> cells) {
  /** A row in which each cell is one text. */
  static Row of(int line, List<String> cells) {
    return new Row(line, cells.stream().map(List::of).toList());
  }

  /** The one value that a column has. */
  String one(int column, Table table) {
    List<String> values = cells.get(column);
    if (values.size() != 1) {
      throw GraftException.input(
              "The column '%s' has %s.",
              table.columns().get(column), values.isEmpty() ? "no value" : "several values")
          .in(table.place(this))
          .expected("one text or number")
          .remedy("a text may have several labels where the kind is multi-label");
    }
    return values.get(0);
  }
}
