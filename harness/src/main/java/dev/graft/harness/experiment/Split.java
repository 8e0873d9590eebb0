package dev.graft.harness.experiment;

import dev.graft.model.TokenBatch;
import dev.graft.model.Tokens;
import java.util.Arrays;
import java.util.List;

/** Examples as a model reads them, and what is true of them. */
final class Split implements Examples {
  private final List<Tokens> tokens;
  private final double[] targets;

  /**
   * Examples.
   *
   * @param targets for each the index of its class, or a score
   */
  Split(List<Tokens> tokens, double[] targets) {
    if (tokens.size() != targets.length) {
      throw new IllegalArgumentException(
          targets.length + " targets of " + tokens.size() + " examples");
    }
    this.tokens = List.copyOf(tokens);
    this.targets = targets.clone();
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

  double[] targets() {
    return targets.clone();
  }

  @Override
  public double[] targets(int[] examples) {
    return Arrays.stream(examples).mapToDouble(example -> targets[example]).toArray();
  }
}
