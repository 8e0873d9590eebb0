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

  /** The sets of labels so far, if several labels are counted as one. */
  default List<List<Integer>> sets() {
    return List.of();
  }

  /** Refuses what all rows of a table together can't be. */
  default void finish(Table table) {}
}
