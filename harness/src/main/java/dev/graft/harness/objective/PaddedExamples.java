package dev.graft.harness.objective;

import dev.graft.host.TokenBatch;
import java.util.Arrays;

/**
 * Examples in batches of few different lengths: each is padded to a whole multiple of a number of
 * tokens, unless the model has no room for so many.
 *
 * @param perToken whether there is a target a token
 */
public record PaddedExamples(Examples examples, int multiple, int room, boolean perToken)
    implements Examples {
  /** How many tokens a row has with its padding. */
  public static int padded(int length, int multiple, int room) {
    long padded = (length + multiple - 1L) / multiple * multiple;
    return (int) Math.max(length, Math.min(padded, room));
  }

  private int padded(int length) {
    return padded(length, multiple, room);
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public int[] doubtful() {
    return examples.doubtful();
  }

  @Override
  public void prepare(int[] wanted) {
    examples.prepare(wanted);
  }

  @Override
  public int length(int example) {
    return padded(examples.length(example));
  }

  @Override
  public boolean isCut(int example) {
    return examples.isCut(example);
  }

  @Override
  public TokenBatch batch(int[] chosen, int paddingId) {
    TokenBatch batch = examples.batch(chosen, paddingId);
    return batch.padded(padded(batch.length()) - batch.length(), paddingId);
  }

  @Override
  public double[] targets(int[] chosen) {
    double[] targets = examples.targets(chosen);
    if (!perToken) {
      return targets;
    }
    int length = targets.length / chosen.length;
    int width = padded(length);
    double[] wide = new double[chosen.length * width];
    Arrays.fill(wide, TokenisedPassages.NOT_PREDICTED);
    for (int row = 0; row < chosen.length; row++) {
      System.arraycopy(targets, row * length, wide, row * width, length);
    }
    return wide;
  }
}
