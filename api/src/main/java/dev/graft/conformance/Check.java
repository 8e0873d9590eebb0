package dev.graft.conformance;

import dev.graft.GraftException;

/** One rule for one method, and on one host if it needs one. */
public final class Check {
  /** What a rule does. */
  @FunctionalInterface
  interface Body {
    void run() throws Finding;
  }

  private final String rule;
  private final String subject;
  private final Body body;

  Check(String rule, String subject, Body body) {
    this.rule = rule;
    this.subject = subject;
    this.body = body;
  }

  /** {@return the rule's name, such as {@code merging}} */
  public String rule() {
    return rule;
  }

  /** {@return what is checked: {@code merging: lora on bert}} */
  public String name() {
    return rule + ": " + subject;
  }

  /**
   * Checks the rule.
   *
   * @throws Violation if the method breaks it
   */
  public void run() {
    try {
      body.run();
    } catch (Finding | RuntimeException | LinkageError e) {
      throw new Violation(
          rule, "The rule '%s' is broken: %s.%n%s".formatted(rule, subject, told(e)), e);
    }
  }

  /** What is told of a failure, indented. */
  static String told(Throwable failure) {
    if (failure instanceof Finding) {
      return failure.getMessage();
    }
    return "  found: "
        + (failure instanceof GraftException
            ? failure.getMessage().replace("\n", "\n  ")
            : failure.toString());
  }

  @Override
  public String toString() {
    return name();
  }
}
