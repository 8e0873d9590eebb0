package dev.graft.harness.objective;

import dev.graft.transformer.TaskHead;

/** Task heads in words. */
public final class Heads {
  private Heads() {}

  /** What a head answers: {@code the labels negative, positive}. */
  public static String described(TaskHead head) {
    String names = String.join(", ", head.labels());
    return switch (head.problem()) {
      case SINGLE_LABEL_CLASSIFICATION -> "the labels " + names;
      case MULTI_LABEL_CLASSIFICATION -> "any of the labels " + names;
      case REGRESSION -> names.isEmpty() ? "a score" : "the scores " + names;
      case NEXT_TOKEN -> "the next token";
    };
  }
}
