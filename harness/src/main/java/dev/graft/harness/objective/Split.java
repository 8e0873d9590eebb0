package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.harness.data.Example;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

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

  /**
   * Tokenises examples, which are all pairs or none.
   *
   * @param name of the split, for the error that an example without tokens is
   */
  public static Split of(List<Example> examples, Tokenizer tokenizer, String name) {
    List<String> texts = examples.stream().map(Example::text).toList();
    List<String> pairs = examples.stream().flatMap(e -> e.pair().stream()).toList();
    List<Tokens> tokens =
        pairs.isEmpty() ? tokenizer.encodeAll(texts) : tokenizer.encodeAll(texts, pairs);
    requireTokens(tokens, i -> "example %s of the %s split".formatted(i + 1, name));
    return new Split(tokens, examples.stream().mapToDouble(Example::target).toArray());
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

  @Override
  public int size() {
    return targets.length;
  }

  @Override
  public int length(int example) {
    return tokens.get(example).length();
  }

  @Override
  public TokenBatch batch(int[] examples, int paddingId) {
    return TokenBatch.of(Arrays.stream(examples).mapToObj(tokens::get).toList(), paddingId);
  }

  public double[] targets() {
    return targets.clone();
  }

  @Override
  public double[] targets(int[] examples) {
    return Arrays.stream(examples).mapToDouble(example -> targets[example]).toArray();
  }
}
