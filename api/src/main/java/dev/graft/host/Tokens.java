package dev.graft.host;

/** A text, or a pair of texts, as a model reads it: with special tokens, without padding. */
public final class Tokens {
  private final long[] ids;
  private final long[] types;
  private final boolean cut;

  /**
   * Tokens that are numbered already.
   *
   * @param ids in the host's vocabulary; not copied
   * @param types of the same length as the ids
   * @throws IllegalArgumentException if there are not as many of both
   */
  public Tokens(long[] ids, long[] types) {
    this(ids, types, false);
  }

  /**
   * Tokens of a text that may have lost some, being too long.
   *
   * @param ids in the host's vocabulary; not copied
   * @param types of the same length as the ids
   * @param cut whether it has lost some
   * @throws IllegalArgumentException if there are not as many ids as types
   */
  public Tokens(long[] ids, long[] types, boolean cut) {
    if (ids.length != types.length) {
      throw new IllegalArgumentException(ids.length + " ids and " + types.length + " types");
    }
    this.ids = ids;
    this.types = types;
    this.cut = cut;
  }

  /** {@return the number of tokens} */
  public int length() {
    return ids.length;
  }

  /** {@return whether the text has more tokens, which were cut off} */
  public boolean isCut() {
    return cut;
  }

  /** {@return the tokens' numbers in the vocabulary; not a copy} */
  public long[] ids() {
    return ids;
  }

  /** {@return for each token 0 if it belongs to the first text, 1 if to the second; not a copy} */
  public long[] types() {
    return types;
  }
}
