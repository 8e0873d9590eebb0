package dev.graft;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A failure that a user can act on. The message says what is wrong, where, what was expected, what
 * was found and what to do, in a few short lines, and needs no stack trace to be understood.
 */
public final class GraftException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Classes whose lines tell nothing of a plugin: Java's, and those that call plugins. */
  private static final Pattern OURS =
      Pattern.compile(
          "(java|jdk|sun)\\.|dev\\.graft\\.(GraftException|api|program|host|model|tasks|conformance)\\b");

  /** Who can mend it. */
  public enum Kind {
    /** A trial failed while the rest is complete. */
    TRIAL(1),
    /** What the user gave: settings, files, names. */
    INPUT(2),
    /** A plugin that breaks the contract or can't be loaded. */
    PLUGIN(3),
    /** The machine: memory, disk, GPU. */
    MACHINE(4);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    /** {@return the exit code of a command that ends in such a failure, from 1 to 4} */
    public int exitCode() {
      return exitCode;
    }
  }

  /** Who can mend it. */
  private final Kind kind;

  /**
   * A failure of any kind.
   *
   * @param kind who can mend it
   * @param message shown to the user as it is: what is wrong, where, what was expected, what was
   *     found, what to do
   * @param cause shown with {@code --debug} only; null for none
   */
  public GraftException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /**
   * {@return a mistake in what the user gave}
   *
   * @param message what is wrong, what was expected and what was found
   */
  public static GraftException input(String message) {
    return new GraftException(Kind.INPUT, message, null);
  }

  /**
   * {@return a mistake in a plugin, which its author has to mend}
   *
   * @param message what is wrong, what was expected and what was found
   */
  public static GraftException plugin(String message) {
    return new GraftException(Kind.PLUGIN, message, null);
  }

  /**
   * {@return a mistake in a plugin that shows in what its code threw}
   *
   * @param what a sentence: which method, doing what
   * @param cause the message tells it, and the line of the plugin that it came from
   */
  public static GraftException plugin(String what, Throwable cause) {
    String place =
        Stream.of(cause.getStackTrace())
            .filter(frame -> !OURS.matcher(frame.getClassName()).lookingAt())
            .findFirst()
            .map(frame -> "%n  at: %s".formatted(frame))
            .orElse("");
    String message =
        "%s%n  found: %s%s%n  the plugin's author has to mend it".formatted(what, cause, place);
    return new GraftException(Kind.PLUGIN, message, cause);
  }

  /**
   * {@return a lack of the machine}
   *
   * @param message what is lacking, and what to do
   * @param cause what the engine or the system threw; null for none
   */
  public static GraftException machine(String message, Throwable cause) {
    return new GraftException(Kind.MACHINE, message, cause);
  }

  /** {@return who can mend it} */
  public Kind kind() {
    return kind;
  }
}
