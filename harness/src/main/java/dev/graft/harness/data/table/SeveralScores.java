package dev.graft.harness.data.table;

import java.util.ArrayList;
import java.util.List;

/** Numbers of several columns: those of a row are counted as one. */
final class SeveralScores implements Target {
  private final Target each;
  private final List<double[]> rows = new ArrayList<>();

  /** Those of columns of numbers. */
  SeveralScores(Target each) {
    this.each = each;
  }

  @Override
  public double of(Row row, int[] columns, Table table) {
    double[] scores = new double[columns.length];
    for (int i = 0; i < columns.length; i++) {
      scores[i] = each.of(row, columns[i], table);
    }
    rows.add(scores);
    return rows.size() - 1;
  }

  @Override
  public double of(String cell, Table table, Row row) {
    return each.of(cell, table, row);
  }

  @Override
  public List<double[]> learnt() {
    return List.copyOf(rows);
  }
}
