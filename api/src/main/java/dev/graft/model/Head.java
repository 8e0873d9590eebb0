package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.GraftException;
import dev.graft.program.Tensor;
import java.util.List;

/**
 * A task head: what turns the last hidden states into answers. It belongs to the stack, not to the
 * host.
 *
 * @param layout how it is built
 * @param labels the names of the classes; none for regression
 */
public record Head(SequenceHead layout, List<String> labels) {
  public Head {
    labels = List.copyOf(labels);
    if (labels.size() == 1) {
      throw GraftException.input(
          "A classification needs at least two labels.%n  found: %s".formatted(labels));
    }
  }

  /** The head for a host: the reference head where the host has all it needs, else mean pooling. */
  public static Head forHost(Transformer host, List<String> labels) {
    SequenceHead layout = host.definition().sequenceHead();
    return new Head(
        layout == SequenceHead.POOLED && !host.hasPooler() ? SequenceHead.MEAN : layout, labels);
  }

  /** Whether the answer is a number and not a class. */
  public boolean isRegression() {
    return labels.isEmpty();
  }

  int outputs() {
    return isRegression() ? 1 : labels.size();
  }

  Graft declare(Transformer host) {
    Graft graft = new Graft("head");
    layout.declare(graft, host.config(), outputs());
    return graft;
  }

  Tensor logits(Forward forward, Tensor hidden) {
    return layout.logits(forward, hidden);
  }

  /**
   * The mean loss over a batch.
   *
   * @param labels (B): class numbers (INT64), or numbers (REAL) for regression
   */
  Tensor loss(Tensor logits, Tensor labels) {
    return isRegression()
        ? logits.squeeze(1).meanSquaredError(labels)
        : logits.crossEntropy(labels, 0);
  }
}
