package dev.graft.harness.cli;

import java.math.BigInteger;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** Reads the numbers of options, with errors that say what was expected. */
final class Numbers {
  private Numbers() {}

  /** A count: what else it must be, each option's own check tells. */
  static Integer whole(String text) {
    if (text.matches("[+-]?\\d+")) {
      BigInteger number = new BigInteger(text);
      if (number.bitLength() >= Integer.SIZE) {
        throw wrong(range(1, Integer.MAX_VALUE), text);
      }
    }
    return (int) (long) large(text);
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

  static Boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("the option alone, or with true or false", text);
    };
  }

  /** An error that picocli puts the option's name in front of. */
  static TypeConversionException wrong(String expected, String found) {
    return new TypeConversionException("expected %s, found '%s'".formatted(expected, found));
  }
}
