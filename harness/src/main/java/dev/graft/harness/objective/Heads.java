package dev.graft.harness.objective;

import dev.graft.transformer.TaskHead;

/** Task heads in words. */
public final class Heads {
  private Heads() {}

  /** What a head answers: {@code the labels negative, positive}. */
  public static String described(TaskHead head) {
    if (head.isLanguageModel()) {
      return "the next token";
    }
    return head.isRegression() ? "a score" : "the labels " + String.join(", ", head.labels());
  }
}
