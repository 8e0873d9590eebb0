package dev.graft.harness.data;

import java.util.Optional;

/**
 * A text, or a pair of texts, with what is true of it.
 *
 * @param target the index of the class in {@link Task#labels()}, or the score of a regression
 */
public record Example(String text, Optional<String> pair, double target) {

  /** An example of one text. */
  public static Example of(String text, double target) {
    return new Example(text, Optional.empty(), target);
  }

  /**
   * Returns the index of the class.
   *
   * @throws IllegalStateException if the target is a score that is no index
   */
  public int label() {
    int label = (int) target;
    if (label != target) {
      throw new IllegalStateException("not the index of a class: " + target);
    }
    return label;
  }
}
