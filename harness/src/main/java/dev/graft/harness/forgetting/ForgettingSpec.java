package dev.graft.harness.forgetting;

/**
 * What a model may forget while it is fine-tuned is measured on general text.
 *
 * @param text the file: a passage a line, of which empty ones don't count
 * @param passages at most so many, evenly from all of the file
 * @param length tokens at which a longer passage is cut, special ones included
 */
public record ForgettingSpec(String text, int passages, int length) {
  public static final int PASSAGES = 200;
  public static final int LENGTH = 128;

  /** Of fewer there is no interval that could be trusted. */
  public static final int FEWEST_PASSAGES = 10;

  public static final int MOST_PASSAGES = 100_000;
  public static final int SHORTEST = 8;

  /** A file, read as most are. */
  public static ForgettingSpec of(String text) {
    return new ForgettingSpec(text, PASSAGES, LENGTH);
  }
}
