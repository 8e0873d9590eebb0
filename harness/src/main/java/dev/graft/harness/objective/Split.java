package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.host.TokenBatch;
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
