package dev.graft.harness.objective;

import dev.graft.harness.job.Progress;
import dev.graft.model.Attachment;
import java.util.function.Consumer;

/** What a model answers to the examples of a split, in its order. */
public final class Answers {
  private final float[][] logits;

  /**
   * Answers.
   *
   * @param logits for each example one number a class, or the score
   */
  Answers(float[][] logits) {
    this.logits = logits;
  }

  /** Asks a model. */
  public static Answers of(Attachment attachment, Examples split, Consumer<Progress> listener) {
    int paddingId = attachment.model().host().config().paddingId();
    Progress.Phase phase =
        attachment.mergedSites() > 0 ? Progress.Phase.MERGING : Progress.Phase.EVALUATING;
    float[][] logits = new float[split.size()][];
    int done = 0;
    for (int[] batch : Batches.byLength(split)) {
      float[][] rows = attachment.logits(split.batch(batch, paddingId));
      for (int row = 0; row < batch.length; row++) {
        logits[batch[row]] = rows[row];
      }
      done += batch.length;
      listener.accept(new Progress(phase, done, split.size(), Double.NaN));
    }
    return new Answers(logits);
  }

  /** For each example one number a class, or the score; not a copy. */
  public float[][] logits() {
    return logits;
  }

  /** For each example the index of the class with the largest logit, or the score. */
  public double[] predictions() {
    double[] predictions = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      predictions[i] = logits[i].length == 1 ? logits[i][0] : largest(logits[i]);
    }
    return predictions;
  }

  private static int largest(float[] numbers) {
    int largest = 0;
    for (int i = 1; i < numbers.length; i++) {
      largest = numbers[i] > numbers[largest] ? i : largest;
    }
    return largest;
  }

  /** The largest difference of two logits. */
  public double difference(Answers other) {
    double largest = 0;
    for (int i = 0; i < logits.length; i++) {
      for (int j = 0; j < logits[i].length; j++) {
        largest = Math.max(largest, Math.abs((double) logits[i][j] - other.logits[i][j]));
      }
    }
    return largest;
  }

  /** How many examples have the same prediction; scores within a distance are the same. */
  public int agreements(Answers other, double within) {
    double[] ours = predictions();
    double[] theirs = other.predictions();
    int agreements = 0;
    for (int i = 0; i < ours.length; i++) {
      boolean isScore = logits[i].length == 1;
      boolean isSame = isScore ? Math.abs(ours[i] - theirs[i]) < within : ours[i] == theirs[i];
      agreements += isSame ? 1 : 0;
    }
    return agreements;
  }
}
