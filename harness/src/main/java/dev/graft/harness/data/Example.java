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

  /** A number that is the same for the same texts, and for others hardly ever. */
  public long fingerprint() {
    return mixed(pair.map(second -> mixed(1, second)).orElse(0L), text);
  }

  /** Whether there is neither a letter nor a digit, so that a tokenizer may find no token. */
  public boolean isDoubtful() {
    return (text + pair.orElse("")).codePoints().noneMatch(Character::isLetterOrDigit);
  }

  private static long mixed(long seed, String text) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L + 1;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
