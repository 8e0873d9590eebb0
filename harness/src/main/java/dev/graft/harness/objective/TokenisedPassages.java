package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.harness.data.Passage;
import dev.graft.harness.data.Passages;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Passages as a language model reads them, and which of their tokens it is to predict. */
final class TokenisedPassages implements Examples {
  static final double NOT_PREDICTED = -100;

  private final TokenStore tokens;
  private final int[] firsts;

  /**
   * Tokenises passages. A prompt and what follows it are tokenised apart, as they would be where
   * the model goes on from the prompt.
   *
   * @param check refuses what the model can't read
   * @param end the token that follows every text, if the model has one
   * @throws GraftException if after truncation nothing of a passage is left to predict
   */
  TokenisedPassages(
      Passages passages, Tokenizer tokenizer, Consumer<Tokens> check, OptionalInt end) {
    tokens = new TokenStore(passages.all().size());
    firsts = new int[passages.all().size()];
    for (int i = 0; i < firsts.length; i++) {
      Passage passage = passages.all().get(i);
      long[] prompt = prompt(passage, tokenizer, end);
      long[] text = tokenizer.pieces(passage.text());
      long[] ids =
          IntStream.concat(IntStream.concat(ints(prompt), ints(text)), end.stream())
              .limit(tokenizer.maxLength())
              .asLongStream()
              .toArray();
      // Nothing stands before the first token that it could be predicted from.
      int first = Math.max(1, passage.prompt().isEmpty() ? 0 : prompt.length);
      if (first >= ids.length) {
        throw GraftException.input("Nothing of the text is left to predict.")
            .in(place(passages, passage))
            .expected(
                "a prompt shorter than the maximum length of %d tokens, and at least one token after it",
                tokenizer.maxLength())
            .found("%d tokens in the prompt", prompt.length);
      }
      boolean isCut = prompt.length + text.length + end.stream().count() > ids.length;
      Tokens read = new Tokens(ids, new long[ids.length], isCut);
      Split.require(read, check, () -> place(passages, passage));
      tokens.put(i, read);
      firsts[i] = first;
    }
  }

  private static String place(Passages passages, Passage passage) {
    return "%s, line %s".formatted(passages.file(), passage.line());
  }

  /** With the special tokens that begin a text, without one that ends it. */
  private static long[] prompt(Passage passage, Tokenizer tokenizer, OptionalInt end) {
    long[] ids = tokenizer.encode(passage.prompt()).ids();
    boolean hasEnd = end.isPresent() && ids.length > 1 && ids[ids.length - 1] == end.getAsInt();
    return hasEnd ? Arrays.copyOf(ids, ids.length - 1) : ids;
  }

  private static IntStream ints(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact);
  }

  @Override
  public int size() {
    return firsts.length;
  }

  @Override
  public int length(int example) {
    return tokens.length(example);
  }

  @Override
  public boolean isCut(int example) {
    return tokens.isCut(example);
  }

  /** How many tokens of an example are predicted. */
  int predicted(int example) {
    return length(example) - firsts[example];
  }

  @Override
  public TokenBatch batch(int[] examples, int paddingId) {
    return TokenBatch.of(Arrays.stream(examples).mapToObj(tokens::get).toList(), paddingId);
  }

  @Override
  public double[] targets(int[] examples) {
    int width = Arrays.stream(examples).map(this::length).max().orElse(0);
    double[] targets = new double[examples.length * width];
    Arrays.fill(targets, NOT_PREDICTED);
    for (int row = 0; row < examples.length; row++) {
      long[] ids = tokens.get(examples[row]).ids();
      for (int i = firsts[examples[row]]; i < ids.length; i++) {
        targets[row * width + i] = ids[i];
      }
    }
    return targets;
  }
}
