package dev.graft.conformance;

import java.util.Locale;

/** What a rule found to be wrong. */
class Finding extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A finding.
   *
   * @param where the site, tensor or setting
   */
  Finding(String where, String expected, String found) {
    super("  where: %s%n  expected: %s%n  found: %s".formatted(where, expected, found));
  }

  /** Says more of a finding, or of another failure. */
  Finding(String more, Exception cause) {
    super("%s%n  %s".formatted(Check.told(cause), more), cause);
  }

  /** A finding of numbers. */
  static Finding of(String where, String expected, String format, Object... found) {
    return new Finding(where, expected, String.format(Locale.ROOT, format, found));
  }
}
