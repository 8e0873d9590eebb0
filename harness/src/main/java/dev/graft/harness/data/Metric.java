package dev.graft.harness.data;

/** How predictions on a split are judged. All are better when higher; 1 is the best. */
public enum Metric {
  /** The share of examples whose class is predicted right. */
  ACCURACY,
  /** The harmonic mean of precision and recall of the last class. */
  F1,
  /** Matthews' correlation of predicted and true class. */
  MATTHEWS,
  /** Pearson's correlation of predicted and true score. */
  PEARSON,
  /** Spearman's rank correlation of predicted and true score. */
  SPEARMAN
}
