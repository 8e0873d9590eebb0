package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.model.Attachment;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Examples as a model reads them, and what is true of them. */
public final class Split implements Examples {
  private final List<Tokens> tokens;
  private final double[] targets;

  /**
   * Examples.
   *
   * @param targets for each the index of its class, or a score
   */
  public Split(List<Tokens> tokens, double[] targets) {
    if (tokens.size() != targets.length) {
      throw new IllegalArgumentException(
          targets.length + " targets of " + tokens.size() + " examples");
    }
    this.tokens = List.copyOf(tokens);
    this.targets = targets.clone();
  }

  /** Refuses texts that are blank to a tokenizer without special tokens. */
  public static void requireTokens(List<Tokens> tokens, IntFunction<String> where) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).length() == 0) {
        throw GraftException.input("A text has no tokens, and the model's tokenizer adds none.")
            .in(where.apply(i))
            .expected("a text that is not blank");
      }
    }
  }

  /** What refuses tokens that a model with its stack can't read. */
  static Consumer<Tokens> readable(Attachment attachment) {
    return tokens -> {
      LongSummaryStatistics ids = LongStream.of(tokens.ids()).summaryStatistics();
      attachment.check(ids.getMin(), ids.getMax(), tokens.length());
    };
  }

  /** Refuses tokens, and says where they stand. */
  static void require(Tokens tokens, Consumer<Tokens> check, Supplier<String> where) {
    try {
      check.accept(tokens);
    } catch (GraftException e) {
      GraftException failure = e.in(where.get());
      throw failure;
    }
  }

  @Override
  public int size() {
    return targets.length;
  }

  @Override
  public int length(int example) {
    return tokens.get(example).length();
  }

  @Override
  public boolean isCut(int example) {
    return tokens.get(example).isCut();
  }

  @Override
  public TokenBatch batch(int[] examples, int paddingId) {
    return TokenBatch.of(Arrays.stream(examples).mapToObj(tokens::get).toList(), paddingId);
  }

  @Override
  public double[] targets(int[] examples) {
    return Arrays.stream(examples).mapToDouble(example -> targets[example]).toArray();
  }
}
