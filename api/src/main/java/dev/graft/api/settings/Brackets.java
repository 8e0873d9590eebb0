package dev.graft.api.settings;

import java.util.ArrayList;
import java.util.List;

/** Text in which separators count only outside of brackets and of slashes. */
public final class Brackets {
  private Brackets() {}

  /**
   * {@return the parts of a text, split outside of brackets and slashes}
   *
   * @param text any
   * @param separator between parts
   */
  public static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int depth = 0;
    boolean expression = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/') {
        expression = !expression;
      }
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == separator && depth == 0 && !expression) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  /** The elements of {@code [a,b]}; brackets may be left out, and {@code []} has none. */
  static List<String> elements(String text) {
    String inner =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    return inner.isBlank() && !text.isBlank()
        ? List.of()
        : split(inner, ',').stream().map(String::strip).toList();
  }
}
