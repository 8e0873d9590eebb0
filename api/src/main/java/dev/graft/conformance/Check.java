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
    } catch (Finding e) {
      throw violation(e.getMessage(), e);
    } catch (GraftException e) {
      throw violation("  found: " + e.getMessage().replace("\n", "\n  "), e);
    } catch (RuntimeException | LinkageError e) {
      throw violation("  found: " + e, e);
    }
  }

  private Violation violation(String how, Throwable cause) {
    return new Violation(
        rule, "The rule '%s' is broken: %s.%n%s".formatted(rule, subject, how), cause);
  }

  @Override
  public String toString() {
    return name();
  }
}
