package dev.graft.harness.measure;

import java.util.Arrays;

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
    return Math.exp(Arrays.stream(surprise).sum() / Arrays.stream(tokens).asLongStream().sum());
  }

  /**
   * The perplexity over all tokens, with its interval over texts.
   *
   * @param surprise for each text the negative logarithm of its probability
   * @param tokens for each text how many were predicted
   * @param seed decides the bootstrap's samples
   */
  public static Estimate estimate(double[] surprise, int[] tokens, long seed) {
    return Estimate.bootstrap(
        surprise.length,
        texts -> {
          double sum = 0;
          long count = 0;
          for (int text : texts) {
            sum += surprise[text];
            count += tokens[text];
          }
          return Math.exp(sum / count);
        },
        seed);
  }
}
