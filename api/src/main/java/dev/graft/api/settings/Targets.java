package dev.graft.api.settings;

import java.util.List;

/**
 * A selection of projections by name: last parts of paths such as {@code query}, a regular
 * expression over whole paths written between slashes, or {@code all-linear} for every projection
 * of the checkpoint but output heads.
 *
 * @param entries as they were written, at least one
 */
public record Targets(List<String> entries) {
  /** Every projection but output heads. */
  public static final String ALL_LINEAR = "all-linear";

  /**
   * A selection of what the entries select together.
   *
   * @param entries copied; at least one
   * @throws IllegalArgumentException if there is none, one is blank, or a regular expression is
   *     none
   */
  public Targets {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || entries.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(entries.isEmpty() ? "no names" : "an empty name");
    }
    entries.stream().filter(Targets::isExpression).forEach(Targets::compile);
  }

  /**
   * {@return the selection of what the entries select together}
   *
   * @param entries last parts of paths, whole paths, regular expressions between slashes, or {@link
   *     #ALL_LINEAR}; at least one
   * @throws IllegalArgumentException if there is none, one is blank, or a regular expression is
   *     none
   */
  public static Targets of(String... entries) {
    return new Targets(List.of(entries));
  }

  /**
   * {@return the selection written as {@code query}, {@code [query,value]}, {@code
   * /layers\.[01]\..*\.value/}, ...}
   *
   * @param text brackets may be left out; commas between slashes belong to the expression
   * @throws IllegalArgumentException if nothing is selected or a regular expression is none
   */
  public static Targets parse(String text) {
    return new Targets(Brackets.elements(text));
  }

  /**
   * {@return whether an entry selects a path, {@link #ALL_LINEAR} apart, which only a host can
   * tell}
   *
   * @param entry a whole path, its last parts, or a regular expression between slashes for the
   *     whole path
   * @param path such as {@code layers.3.attention.query}
   * @throws dev.graft.GraftException if a regular expression takes too many steps
   */
  public static boolean matches(String entry, String path) {
    return isExpression(entry)
        ? compile(entry).matches(path)
        : path.equals(entry) || path.endsWith("." + entry);
  }

  static boolean isExpression(String entry) {
    return entry.length() > 2 && entry.startsWith("/") && entry.endsWith("/");
  }

  static NameExpression compile(String entry) {
    return NameExpression.of(entry.substring(1, entry.length() - 1));
  }

  @Override
  public String toString() {
    return entries.size() == 1 ? entries.get(0) : "[" + String.join(",", entries) + "]";
  }
}
