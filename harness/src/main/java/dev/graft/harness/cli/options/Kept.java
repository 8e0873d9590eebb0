package dev.graft.harness.cli.options;

/** Whose weights a training keeps. */
public enum Kept {
  /** Those of the epoch that validates best. */
  BEST,
  /** Those after the last step. */
  LAST
}
