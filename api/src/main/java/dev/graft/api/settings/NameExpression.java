package dev.graft.api.settings;

import dev.graft.GraftException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that a user or a file gives for the names of modules and weights. It is
 * tried for a limited number of steps: there are short ones that would be tried for ever.
 */
public final class NameExpression {
  private static final int MOST_STEPS = 1_000_000;

  /** Of an expression, which may list the modules of a large model. */
  private static final int MOST_LETTERS = 1 << 15;

  /** Java compiles letters that stand for themselves in a time that grows with their square. */
  private static final Pattern LONG_WORD = Pattern.compile("[^\\\\\\[\\](){}|.*+?^$]{512}");

  private static final int MOST_SHOWN = 100;

  private final Pattern pattern;

  private NameExpression(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * {@return an expression as Java reads it}
   *
   * @param text of the expression
   * @throws IllegalArgumentException if it is none
   */
  public static NameExpression of(String text) {
    if (text.length() > MOST_LETTERS || LONG_WORD.matcher(text).find()) {
      throw new IllegalArgumentException(
          "not a regular expression for names: one of " + text.length() + " letters (too long)");
    }
    try {
      return new NameExpression(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "not a regular expression: " + text + " (" + e.getDescription() + ")", e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "not a regular expression: one of " + text.length() + " letters (nested too deeply)", e);
    }
  }

  /**
   * {@return whether it matches all of a name}
   *
   * @param name such as {@code layers.3.attention.query}
   * @throws GraftException if that takes too many steps
   */
  public boolean matches(String name) {
    return tried(name, Matcher::matches).isPresent();
  }

  /**
   * {@return what the expression's first group matches, where the expression matches a name's
   * beginning}
   *
   * @param name such as {@code layers.3.attention.query}
   * @throws GraftException if that takes too many steps
   * @throws IndexOutOfBoundsException if there is no group
   */
  public Optional<String> group(String name) {
    return tried(name, Matcher::lookingAt).map(found -> found.group(1));
  }

  private Optional<MatchResult> tried(String name, Predicate<Matcher> match) {
    Matcher matcher = pattern.matcher(new Steps(name));
    try {
      return match.test(matcher) ? Optional.of(matcher.toMatchResult()) : Optional.empty();
    } catch (EndlessException | StackOverflowError e) {
      throw GraftException.input("A regular expression for names may be tried for ever.")
          .expected("one that is decided in %s steps for each name", MOST_STEPS)
          .found("%s, for the name %s", shortened(pattern.pattern()), shortened(name))
          .remedy("put no repetition within another, or list the names themselves")
          .causedBy(e);
    }
  }

  private static String shortened(String text) {
    return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
  }

  /** Ends a match that goes on and on. */
  private static final class EndlessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndlessException() {
      super(null, null, false, false);
    }
  }

  /** A name that counts how often a letter of it is looked at. */
  private static final class Steps implements CharSequence {
    private final String name;
    private int left = MOST_STEPS;

    Steps(String name) {
      this.name = name;
    }

    @Override
    public char charAt(int index) {
      if (left-- == 0) {
        throw new EndlessException();
      }
      return name.charAt(index);
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return name.subSequence(start, end);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
