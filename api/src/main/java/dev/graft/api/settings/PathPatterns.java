package dev.graft.api.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Values for paths by pattern, such as {@code [query=4,mlp.up=8]}. As in PEFT's {@code
 * rank_pattern}, a pattern is the last part of a path or a regular expression for it, and the first
 * that matches decides. Between slashes it is a regular expression for the whole path.
 *
 * @param <T> the type of the values
 * @param entries from patterns to values, in order
 */
public record PathPatterns<T>(Map<String, T> entries) {
  /**
   * Values of which the first that matches counts.
   *
   * @param entries copied in their order; may be empty
   * @throws IllegalArgumentException if a pattern is not a regular expression
   */
  public PathPatterns {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    for (String pattern : entries.keySet()) {
      if (!Targets.isExpression(pattern)) {
        NameExpression.of(pattern); // alone: what messages show, and none that closes the brackets
      }
      compile(pattern);
    }
  }

  /**
   * {@return the value of the first pattern that matches a path}
   *
   * @param path such as {@code layers.3.attention.query}
   */
  public Optional<T> get(String path) {
    return pattern(path).map(entries::get);
  }

  /**
   * {@return the first pattern that matches a path}
   *
   * @param path such as {@code layers.3.attention.query}
   */
  public Optional<String> pattern(String path) {
    return entries.keySet().stream().filter(pattern -> matches(pattern, path)).findFirst();
  }

  /**
   * {@return the patterns that match none of the paths: mistakes, as a rule}
   *
   * @param paths all that the values could be for
   */
  public List<String> unmatched(List<String> paths) {
    return entries.keySet().stream()
        .filter(pattern -> paths.stream().noneMatch(path -> matches(pattern, path)))
        .toList();
  }

  private static boolean matches(String pattern, String path) {
    return compile(pattern).matches(path);
  }

  private static NameExpression compile(String pattern) {
    if (Targets.isExpression(pattern)) {
      return Targets.compile(pattern);
    }
    return NameExpression.of("(?:.*\\.)?(?:" + pattern + ")");
  }

  @Override
  public String toString() {
    return entries.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + Setting.written(entry.getValue()))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
