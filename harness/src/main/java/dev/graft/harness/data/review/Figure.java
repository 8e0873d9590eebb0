package dev.graft.harness.data.review;

/**
 * The figures of speech, in the words of templates.txt, and how often each is used.
 *
 * <p>The shares set the difficulty. A linear classifier on frozen sentence embeddings reads plain
 * sentences well and negations no better than by chance; fine-tuning learns most of both. Numbers
 * belong to a run of the harness, since they change with the words.
 */
enum Figure {
  /** "The plot was gripping, and the acting was spirited too." */
  PLAIN(0.50),
  /** "I can't say that the plot was dull." */
  NEGATION(0.15),
  /** "Although the plot was dull, the acting was spirited": the main clause decides. */
  CONTRAST(0.17),
  /** "I had been told the plot would be dull, but it was gripping": what came true decides. */
  EXPECTATION(0.09),
  /** "The plot was far less dull than the trailer suggests." */
  COMPARISON(0.09);

  private final double share;

  Figure(double share) {
    this.share = share;
  }

  /** The part of the reviews that are of this figure. The shares add up to 1. */
  double share() {
    return share;
  }

  /**
   * @param point between 0 and 1
   */
  static Figure at(double point) {
    double end = 0;
    for (Figure figure : values()) {
      end += figure.share;
      if (point < end) {
        return figure;
      }
    }
    return COMPARISON;
  }
}
