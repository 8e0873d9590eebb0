package dev.graft.harness.experiment;

import dev.graft.model.Head;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a model answers to a text or a pair.
 *
 * @param label the most probable one; absent where the answer is a score
 * @param probabilities of all labels, in the order of the head
 * @param score of a regression
 */
public record Answer(
    Optional<String> label, Map<String, Double> probabilities, Optional<Double> score) {
  public Answer {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
  }

  /**
   * The answer that logits are.
   *
   * @param logits one number a label, or the score
   */
  static Answer of(float[] logits, Head head) {
    if (head.isRegression()) {
      return new Answer(Optional.empty(), Map.of(), Optional.of((double) logits[0]));
    }
    double largest = Double.NEGATIVE_INFINITY;
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] > largest) {
        largest = logits[i];
        best = i;
      }
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int i = 0; i < logits.length; i++) {
      probabilities.put(head.labels().get(i), Math.exp(logits[i] - largest) / sum);
    }
    return new Answer(Optional.of(head.labels().get(best)), probabilities, Optional.empty());
  }
}
