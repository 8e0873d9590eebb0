package dev.graft.harness.bench.growth;

import java.util.Locale;

/** What grows. */
public enum Axis {
  /** Blocks of the host. */
  LAYERS,
  /** Tokens of a row. */
  LENGTH,
  /** Rows of a batch. */
  ROWS,
  /** Of the method's matrices. */
  RANK,
  /** In one batch, the rows of each in turn. */
  ADAPTERS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
