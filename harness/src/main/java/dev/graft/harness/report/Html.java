package dev.graft.harness.report;

/** Text in pages. */
public final class Html {
  private Html() {}

  /** The same for the name of an arm, which lines may break at the signs that join its settings. */
  public static String breakable(String name) {
    return escape(name).replaceAll("([,:+])(?=.)", "$1<wbr/>");
  }

  /** The text as it must stand between tags and in quoted attributes. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
