package dev.graft.harness.data.table;

/** What the cells of a label are worth as {@link dev.graft.harness.data.Example#target()}. */
interface Target {
  /** The worth of one cell. */
  double of(String cell, Table table, Row row);

  /** Refuses what all rows of a table together can't be. */
  default void finish(Table table) {}
}
