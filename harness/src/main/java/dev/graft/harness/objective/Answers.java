package dev.graft.harness.objective;

import dev.graft.harness.job.Progress;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead.Problem;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What a model answers to the examples of a split, in its order. */
public final class Answers {
  private final float[][] logits;
  private final Problem problem;

  /**
   * Answers.
   *
   * @param logits for each example one number an output
   * @param problem what the outputs mean
   */
  Answers(float[][] logits, Problem problem) {
    this.logits = logits;
    this.problem = problem;
  }

  /** Asks a model. */
  public static Answers of(Attachment attachment, Examples split, Consumer<Progress> listener) {
    int paddingId = attachment.model().host().config().paddingId();
    Progress.Phase phase =
        attachment.mergedSites() > 0 ? Progress.Phase.MERGING : Progress.Phase.EVALUATING;
    float[][] logits = new float[split.size()][];
    int done = 0;
    int tokens = Batches.answered(attachment.model().device());
    for (int[] batch : Batches.byLength(split, tokens)) {
      float[][] rows = attachment.logits(split.batch(batch, paddingId));
      for (int row = 0; row < batch.length; row++) {
        logits[batch[row]] = rows[row];
      }
      done += batch.length;
      listener.accept(new Progress(phase, done, split.size(), Double.NaN));
    }
    return new Answers(logits, attachment.stack().head().problem());
  }

  /** The same with the outputs in another order. */
  Answers ordered(int[] outputs) {
    float[][] ordered = new float[logits.length][outputs.length];
    for (int i = 0; i < logits.length; i++) {
      for (int j = 0; j < outputs.length; j++) {
        ordered[i][j] = logits[i][outputs[j]];
      }
    }
    return new Answers(ordered, problem);
  }

  /** For each example one number a class, or the score; not a copy. */
  public float[][] logits() {
    return logits;
  }

  /**
   * For each example the index of the class with the largest logit, or the scores; where it may
   * have several labels, for each of them 1 if it is more likely than not, else 0.
   */
  public double[] predictions() {
    return Arrays.stream(logits).flatMapToDouble(this::predicted).toArray();
  }

  private DoubleStream predicted(float[] row) {
    return switch (problem) {
      case SINGLE_LABEL_CLASSIFICATION -> DoubleStream.of(largest(row));
      case MULTI_LABEL_CLASSIFICATION ->
          IntStream.range(0, row.length).mapToDouble(i -> row[i] > 0 ? 1 : 0);
      case REGRESSION -> IntStream.range(0, row.length).mapToDouble(i -> row[i]);
      case NEXT_TOKEN -> throw new IllegalStateException("tokens are not predicted one an example");
    };
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
    return (int)
        IntStream.range(0, logits.length)
            .filter(i -> agrees(logits[i], other.logits[i], within))
            .count();
  }

  private boolean agrees(float[] ours, float[] theirs, double within) {
    return problem == Problem.REGRESSION
        ? IntStream.range(0, ours.length).allMatch(i -> Math.abs(ours[i] - theirs[i]) < within)
        : Arrays.equals(predicted(ours).toArray(), predicted(theirs).toArray());
  }
}
