package dev.graft.harness.fuzz;

/** What becomes of a changed file. */
enum Outcome {
  /** It still means something. */
  ACCEPTED,
  /** A {@link dev.graft.GraftException} says what is wrong. */
  REFUSED,
  /** It is answered, but after more time or with more memory than its size is worth. */
  COSTLY,
  /** Any other exception, or tensors that are left. */
  UNTYPED;

  boolean isFailure() {
    return this == COSTLY || this == UNTYPED;
  }
}
