package dev.graft.files;

/**
 * The numbers that a value of a file may be.
 *
 * @param words for messages: "a whole number from 1 to 4096"
 * @param least the smallest one
 * @param most the largest one
 */
public record Bounds(String words, double least, double most) {
  /** More than any model has of what is counted in one dimension. */
  public static final int MOST = 1 << 24;

  /** How many there are of what there must be one of. */
  public static final Bounds COUNT = whole(1, MOST);

  /** How many there are of what there may be none of. */
  public static final Bounds COUNT_OR_NONE = whole(0, MOST);

  /** A share that is dropped: all of it can't be. */
  public static final Bounds SHARE =
      new Bounds("a number from 0, which may be it, to 1, which may not", 0, Math.nextDown(1.0));

  /** A number that is divided by, or whose logarithm is taken. */
  public static final Bounds POSITIVE =
      new Bounds("a number above 0", Double.MIN_VALUE, Double.MAX_VALUE);

  /** A number that is added to others, or a deviation. */
  public static final Bounds NOT_NEGATIVE = new Bounds("a number from 0 up", 0, Double.MAX_VALUE);

  /**
   * {@return the whole numbers of a range}
   *
   * @param least the smallest one
   * @param most the largest one
   */
  public static Bounds whole(int least, int most) {
    return new Bounds("a whole number from %s to %s".formatted(least, most), least, most);
  }

  /**
   * {@return whether a number is one of them}
   *
   * @param number any, or none
   */
  public boolean hold(double number) {
    return number >= least && number <= most;
  }
}
