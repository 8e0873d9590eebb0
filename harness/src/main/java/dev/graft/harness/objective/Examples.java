package dev.graft.harness.objective;

import dev.graft.host.TokenBatch;

/** What is trained on, as a model reads it, and what is true of it. */
public interface Examples {
  int size();

  /** The tokens of one example. */
  int length(int example);

  TokenBatch batch(int[] examples, int paddingId);

  /** What {@link dev.graft.model.Training#step} takes as the labels of the same batch. */
  double[] targets(int[] examples);
}
