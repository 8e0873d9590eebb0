package dev.graft.harness.data.table;

import dev.graft.GraftException;
import java.math.BigDecimal;

/**
 * Numbers.
 *
 * @param isGlue whether they are those of STS-B, which have a range
 */
record Scores(boolean isGlue) implements Target {
  @Override
  public double of(String cell, Table table, Row row) {
    if (!Classes.isNumber(cell)) {
      throw wrong("The score is not a number.", cell, table, row);
    }
    double score = new BigDecimal(cell).doubleValue();
    if (isGlue && (score < 0 || score > GlueLayout.HIGHEST_SCORE)) {
      throw wrong("The score is out of range.", cell, table, row);
    }
    return score;
  }

  private GraftException wrong(String what, String cell, Table table, Row row) {
    return GraftException.input(what)
        .in(table.place(row))
        .expected(isGlue ? "a number from 0 to " + GlueLayout.HIGHEST_SCORE : "a number")
        .found("'%s'", Headers.shown(cell));
  }
}
