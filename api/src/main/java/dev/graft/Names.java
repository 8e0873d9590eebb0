package dev.graft;

import java.util.Collection;
import java.util.Comparator;

/** Names that users type: what they may be, and help where one was mistyped. */
public final class Names {
  private Names() {}

  /**
   * {@return whether a text can be the name of a method or a setting: lower-case words joined by
   * hyphens}
   *
   * @param text any
   */
  public static boolean isName(String text) {
    return text.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  }

  /**
   * {@return " Did you mean 'x'?" for the nearest of the known names, or "" if none is near: within
   * two edits of a character, or within a third of the name's length}
   *
   * @param name as it was mistyped
   * @param known all names that would have been right; may be empty
   */
  public static String didYouMean(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(nearest -> distance(name, nearest) <= Math.max(2, name.length() / 3))
        .map(nearest -> " Did you mean '" + nearest + "'?")
        .orElse("");
  }

  /** The edits of one character that lead from one name to the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
