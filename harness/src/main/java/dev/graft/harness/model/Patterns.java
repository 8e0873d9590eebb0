package dev.graft.harness.model;

/** Names with stars for the numbers in them: one for the like parts of all blocks. */
public final class Patterns {
  private Patterns() {}

  /** {@code layers.*.attention.query} of {@code layers.3.attention.query}. */
  public static String of(String name) {
    return name.replaceAll("(?<=[./]|^)\\d+(?=[./]|$)", "*");
  }
}
