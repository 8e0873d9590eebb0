package dev.graft;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A failure that a user can act on. The message says what is wrong, where, what was expected, what
 * was found and what to do, a line each, and needs no stack trace to be understood:
 *
 * <pre>
 * throw GraftException.input("There is no task '%s'.", name)
 *     .expected(String.join(", ", names))
 *     .remedy("add it first");
 * </pre>
 *
 * <p>Immutable: each line makes a longer failure of a shorter one. Where arguments follow a text,
 * it is a format as of {@link String#format}; alone it is taken as it is.
 */
public final class GraftException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Classes whose lines tell nothing of a plugin: Java's, and those that call plugins. */
  private static final Pattern OURS =
      Pattern.compile(
          "(java|jdk|sun)\\.|dev\\.graft\\.([A-Z]|(api|checkpoint|conformance|djl|files|host|hub"
              + "|merging|methods|model|parts|program|saved|sharing|tasks|transformer)\\.)");

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
   * @param message shown to the user as it is
   */
  public GraftException(Kind kind, String message) {
    this(kind, message, null);
  }

  private GraftException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /**
   * {@return a mistake in what the user gave}
   *
   * @param what is wrong: a sentence, or the format of one
   * @param arguments of the format
   */
  public static GraftException input(String what, Object... arguments) {
    return new GraftException(Kind.INPUT, text(what, arguments));
  }

  /**
   * {@return a mistake in a plugin, which its author has to mend}
   *
   * @param what is wrong: a sentence, or the format of one
   * @param arguments of the format
   */
  public static GraftException plugin(String what, Object... arguments) {
    return new GraftException(Kind.PLUGIN, text(what, arguments));
  }

  /**
   * {@return a lack of the machine}
   *
   * @param what is lacking: a sentence, or the format of one
   * @param arguments of the format
   */
  public static GraftException machine(String what, Object... arguments) {
    return new GraftException(Kind.MACHINE, text(what, arguments));
  }

  /**
   * {@return a mistake in a plugin that shows in what its code threw: the text tells it, and the
   * line of the plugin that it came from}
   *
   * @param cause what was thrown
   * @param what the plugin was doing: a sentence, or the format of one
   * @param arguments of the format
   */
  public static GraftException thrownByPlugin(Throwable cause, String what, Object... arguments) {
    return plugin(what, arguments)
        .found(cause)
        .atLineOf(cause)
        .remedy("the plugin's author has to mend it")
        .causedBy(cause);
  }

  /**
   * {@return this with the line of a plugin that something was thrown from, if there is one}
   *
   * @param cause whose stack is looked through
   */
  public GraftException atLineOf(Throwable cause) {
    return Stream.of(cause.getStackTrace())
        .filter(frame -> !OURS.matcher(frame.getClassName()).lookingAt())
        .findFirst()
        .map(frame -> line("at", frame))
        .orElse(this);
  }

  /**
   * {@return this with the place: a file, an option}
   *
   * @param place shown as its text
   */
  public GraftException in(Object place) {
    return line("in", place);
  }

  /**
   * {@return this with what would have been right}
   *
   * @param what a clause, or something shown as its text
   */
  public GraftException expected(Object what) {
    return line("expected", what);
  }

  /**
   * {@return this with what would have been right}
   *
   * @param what the format of a clause
   * @param arguments of the format
   */
  public GraftException expected(String what, Object... arguments) {
    return line("expected", text(what, arguments));
  }

  /**
   * {@return this with what there is instead}
   *
   * @param what a clause, or something shown as its text
   */
  public GraftException found(Object what) {
    return line("found", what);
  }

  /**
   * {@return this with what there is instead}
   *
   * @param what the format of a clause
   * @param arguments of the format
   */
  public GraftException found(String what, Object... arguments) {
    return line("found", text(what, arguments));
  }

  /**
   * {@return this with what to do}
   *
   * @param what a clause, or something shown as its text
   */
  public GraftException remedy(Object what) {
    return longer("  " + what);
  }

  /**
   * {@return this with what to do}
   *
   * @param what the format of a clause
   * @param arguments of the format
   */
  public GraftException remedy(String what, Object... arguments) {
    return longer("  " + text(what, arguments));
  }

  /**
   * {@return this with a line of another name than the usual ones}
   *
   * @param name such as {@code missing}
   * @param value shown as its text
   */
  public GraftException line(String name, Object value) {
    return longer("  " + name + ": " + value);
  }

  /**
   * {@return this with what brought it about}
   *
   * @param cause shown with {@code --debug} only
   */
  public GraftException causedBy(Throwable cause) {
    return copy(getMessage(), cause);
  }

  private GraftException longer(String line) {
    return copy(getMessage() + System.lineSeparator() + line, getCause());
  }

  /** It was thrown where its first line was made. */
  private GraftException copy(String message, Throwable cause) {
    GraftException copy = new GraftException(kind, message, cause);
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency of every plugin.
  private static String text(String format, Object... arguments) {
    return arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
  }

  /** {@return who can mend it} */
  public Kind kind() {
    return kind;
  }
}
