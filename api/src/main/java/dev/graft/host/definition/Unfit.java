package dev.graft.host.definition;

/** A value that the native library can't take, or can't be trusted with. */
final class Unfit extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Where it stands. */
  final String place;

  /** What would have been right. */
  final String expected;

  /** The value. */
  final String found;

  Unfit(String place, String expected, String found) {
    super(place + ": " + expected + ", not " + found);
    this.place = place;
    this.expected = expected;
    this.found = found;
  }
}
