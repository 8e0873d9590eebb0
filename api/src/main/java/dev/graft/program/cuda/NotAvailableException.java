package dev.graft.program.cuda;

import java.util.stream.Collectors;

/** A library, a function or what it was to do isn't there; the message says which, in words. */
public final class NotAvailableException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * One with a reason.
   *
   * @param reason in words
   */
  public NotAvailableException(String reason) {
    super(reason);
  }

  /**
   * One that something else is the reason for.
   *
   * @param reason in words; its lines are made one
   * @param cause that gave it; null for none
   */
  NotAvailableException(String reason, Throwable cause) {
    super(reason.lines().map(String::strip).collect(Collectors.joining("; ")), cause);
  }
}
