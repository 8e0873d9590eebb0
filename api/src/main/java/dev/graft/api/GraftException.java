package dev.graft.api;

/**
 * A failure that a user can act on. The message says what is wrong, where, what was expected, what
 * was found and what to do, in a few short lines, and needs no stack trace to be understood.
 */
public final class GraftException extends RuntimeException {
  private static final long serialVersionUID = 1L;

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

    /** The exit code of a command that ends in such a failure. */
    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  public GraftException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** A mistake in what the user gave. */
  public static GraftException input(String message) {
    return new GraftException(Kind.INPUT, message, null);
  }

  /** A mistake in a plugin. */
  public static GraftException plugin(String message) {
    return new GraftException(Kind.PLUGIN, message, null);
  }

  /** A lack of the machine. */
  public static GraftException machine(String message, Throwable cause) {
    return new GraftException(Kind.MACHINE, message, cause);
  }

  public Kind kind() {
    return kind;
  }
}
