package dev.graft.conformance;

/** A rule that a method breaks. The message says which, on which host, where, and how. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** The rule that is broken. */
  private final String rule;

  Violation(String rule, String message, Throwable cause) {
    super(message, cause);
    this.rule = rule;
  }

  /** {@return the rule's name, such as {@code merging}} */
  public String rule() {
    return rule;
  }
}
