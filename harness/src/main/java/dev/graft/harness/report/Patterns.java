package dev.graft.harness.report;

/** Names with stars for the numbers in them: one for the like parts of all blocks. */
final class Patterns {
  private Patterns() {}

  /** {@code layers.*.attention.query} of {@code layers.3.attention.query}. */
  static String of(String name) {
    return name.replaceAll("(?<=[./]|^)\\d+(?=[./]|$)", "*");
  }
}
