package dev.graft.harness.cli;

import picocli.CommandLine.TypeConversionException;

/** Reads the numbers of options, with errors that say what was expected. */
final class Numbers {
  private Numbers() {}

  static Integer whole(String text) {
    long number = large(text);
    if (number != (int) number) {
      throw wrong(range(Integer.MIN_VALUE, Integer.MAX_VALUE), text);
    }
    return (int) number;
  }

  static Long large(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      boolean isLarger = text.matches("[+-]?\\d+");
      throw wrong(isLarger ? range(Long.MIN_VALUE, Long.MAX_VALUE) : "a whole number", text);
    }
  }

  private static String range(long from, long to) {
    return "a whole number from %d to %d".formatted(from, to);
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
