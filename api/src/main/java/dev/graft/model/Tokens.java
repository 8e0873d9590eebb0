package dev.graft.model;

/** A text, or a pair of texts, as a model reads it: with special tokens, without padding. */
public final class Tokens {
  private final long[] ids;
  private final long[] types;

  Tokens(long[] ids, long[] types) {
    this.ids = ids;
    this.types = types;
  }

  /** The number of tokens. */
  public int length() {
    return ids.length;
  }

  /** The tokens' numbers in the vocabulary; not a copy. */
  public long[] ids() {
    return ids;
  }

  /** For each token 0 if it belongs to the first text, 1 if to the second; not a copy. */
  public long[] types() {
    return types;
  }
}
