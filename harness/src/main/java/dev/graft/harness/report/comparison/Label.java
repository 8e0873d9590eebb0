package dev.graft.harness.report.comparison;

import java.util.List;

/**
 * A box on a drawing: that of a text or of a mark that texts must not cover.
 *
 * @param top smaller than {@code bottom}, as in SVG
 */
record Label(double left, double top, double right, double bottom) {
  private static final double CHARACTER = 6.6;
  private static final double HEIGHT = 14;
  private static final double GAP = 9;

  /** The box of a round mark. */
  static Label around(double x, double y, double radius) {
    return new Label(x - radius, y - radius, x + radius, y + radius);
  }

  /**
   * Places a text near a point: at its right, its left, or farther and farther above and below, at
   * the first place that is free.
   *
   * @param others what is taken
   * @param from where the drawing begins at the left
   * @param to where it ends at the right
   */
  static Label beside(String text, double x, double y, List<Label> others, double from, double to) {
    double width = CHARACTER * text.length();
    Label right = at(x + GAP, y - HEIGHT / 2, width);
    Label left = at(x - GAP - width, y - HEIGHT / 2, width);
    for (int shift = 0; shift <= 6; shift++) {
      for (int sign : new int[] {-1, 1}) {
        for (Label place : List.of(right, left)) {
          Label moved = place.down(sign * shift * HEIGHT);
          boolean isInside = moved.left >= from && moved.right <= to;
          if (isInside && others.stream().noneMatch(moved::overlaps)) {
            return moved;
          }
        }
      }
    }
    return right.right <= to ? right : left;
  }

  /** Where the text's letters stand. */
  double baseline() {
    return bottom - 3;
  }

  private static Label at(double left, double top, double width) {
    return new Label(left, top, left + width, top + HEIGHT);
  }

  private Label down(double distance) {
    return new Label(left, top + distance, right, bottom + distance);
  }

  boolean overlaps(Label other) {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
}
