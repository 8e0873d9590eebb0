package dev.graft.harness.objective;

import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Perplexity;
import dev.graft.model.Attachment;
import java.util.Arrays;
import java.util.function.Consumer;

/** How improbable a language model finds texts. */
final class Surprise {
  /** Of each text the negative logarithm of its probability. */
  private final double[] texts;

  /** Of each text how many were predicted. */
  private final int[] tokens;

  private Surprise(double[] texts, int[] tokens) {
    this.texts = texts;
    this.tokens = tokens;
  }

  /** Asks a model. */
  static Surprise of(Attachment trained, TokenisedPassages passages, Consumer<Progress> listener) {
    int[] tokens = new int[passages.size()];
    double[] texts = new double[passages.size()];
    for (int i = 0; i < tokens.length; i++) {
      int[] alone = {i};
      tokens[i] = passages.predicted(i);
      texts[i] =
          tokens[i] * (double) trained.loss(passages.batch(alone, 0), passages.targets(alone));
      listener.accept(new Progress(Progress.Phase.EVALUATING, i + 1, tokens.length, Double.NaN));
    }
    return new Surprise(texts, tokens);
  }

  /** How many were predicted. */
  long tokens() {
    return Arrays.stream(tokens).asLongStream().sum();
  }

  double perplexity() {
    return Perplexity.of(texts, tokens);
  }

  Estimate estimate() {
    return Perplexity.estimate(texts, tokens, Estimate.SEED);
  }
}
