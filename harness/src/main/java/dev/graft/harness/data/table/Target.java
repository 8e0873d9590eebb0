package dev.graft.harness.data.table;

import java.util.List;

/** What the cells of a label are worth as {@link dev.graft.harness.data.Example#target()}. */
interface Target {
  /** The worth of one cell. */
  double of(String cell, Table table, Row row);

  /** The worth of what a row has in a column: one cell, unless there may be several. */
  default double of(Row row, int column, Table table) {
    return of(row.one(column, table), table, row);
  }

  /** The worth of what a row has in its columns: in the only one, unless there may be several. */
  default double of(Row row, int[] columns, Table table) {
    return of(row, columns[0], table);
  }

  /** Where several numbers are counted as one: what is learnt of each count so far. */
  default List<double[]> learnt() {
    return List.of();
  }

  /** Refuses what all rows of a table together can't be. */
  default void finish(Table table) {}
}
