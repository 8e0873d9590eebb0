package dev.graft.harness.data;

import java.util.Optional;

/**
 * A part of a split.
 *
 * @param percent from 1 to 99
 */
public record Share(int percent) {
  private static final String WRITTEN = "[1-9][0-9]?%";

  /** What a text says, if it is a percentage; others name files. */
  public static Optional<Share> read(String text) {
    return text.matches(WRITTEN)
        ? Optional.of(new Share(Integer.parseInt(text.substring(0, text.length() - 1))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return percent + "%";
  }
}
