package dev.graft.harness.measure;

/** How many tokens a language model hesitates between: the exponential of its mean surprise. */
public enum Perplexity implements Measure {
  /** The one that there is. */
  PERPLEXITY;

  @Override
  public String label() {
    return "perplexity";
  }

  @Override
  public boolean isLargerBetter() {
    return false;
  }

  /** The perplexity over all tokens. */
  public static double of(double[] surprise, int[] tokens) {
    return weighted(surprise, tokens).once(surprise.length);
  }

  /**
   * The perplexity over all tokens, with its interval over texts.
   *
   * @param surprise for each text the negative logarithm of its probability
   * @param tokens for each text how many were predicted
   * @param seed decides the bootstrap's samples
   */
  public static Estimate estimate(double[] surprise, int[] tokens, long seed) {
    return Estimate.bootstrap(surprise.length, weighted(surprise, tokens), seed);
  }

  /** The perplexity where texts have weights. */
  public static Weighted weighted(double[] surprise, int[] tokens) {
    return weights -> {
      double sum = 0;
      long count = 0;
      for (int text = 0; text < weights.length; text++) {
        sum += weights[text] * surprise[text];
        count += (long) weights[text] * tokens[text];
      }
      return Math.exp(sum / count);
    };
  }
}
