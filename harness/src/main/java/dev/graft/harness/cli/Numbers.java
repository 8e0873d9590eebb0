package dev.graft.harness.cli;

import picocli.CommandLine.TypeConversionException;

/** Reads the numbers of options, with errors that say what was expected. */
final class Numbers {
  private Numbers() {}

  static Integer whole(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw wrong("a whole number", text);
    }
  }

  static Double real(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw wrong("a number", text);
    }
  }

  /** An error that picocli puts the option's name in front of. */
  static TypeConversionException wrong(String expected, String found) {
    return new TypeConversionException("expected %s, found '%s'".formatted(expected, found));
  }
}
