package dev.graft.harness.objective;

import dev.graft.host.TokenBatch;

/** What is trained on, as a model reads it, and what is true of it. */
public interface Examples {
  int size();

  /** Which of them may turn out not to be readable, as far as can be said without reading them. */
  default int[] doubtful() {
    return new int[0];
  }

  /** Says that these are wanted next, which is faster than to ask for each. */
  default void prepare(int[] examples) {}

  /** How many tokens one example has in a batch of examples of its length. */
  int length(int example);

  /** Whether one example has more tokens, which were cut off. */
  boolean isCut(int example);

  TokenBatch batch(int[] examples, int paddingId);

  /** What {@link dev.graft.model.Training#step} takes as the labels of the same batch. */
  double[] targets(int[] examples);
}
