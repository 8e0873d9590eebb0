package dev.graft.harness.trial;

/** What a trial is for. */
public enum Stage {
  /** To choose by: only the validation split is read. */
  TUNING,

  /** To report: the test split is read once, after the last step. */
  FINAL
}
