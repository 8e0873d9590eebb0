package dev.graft.harness.data.review;

/** What a word or a whole review says. */
enum Polarity {
  NEGATIVE("-"),
  POSITIVE("+");

  private final String sign;

  Polarity(String sign) {
    this.sign = sign;
  }

  Polarity opposite() {
    return this == POSITIVE ? NEGATIVE : POSITIVE;
  }

  /** How the lexicon writes it. */
  String sign() {
    return sign;
  }
}
