package dev.graft.model;

import dev.graft.transformer.TaskHead;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a model with a head for classes or a score answers to a text or a pair.
 *
 * @param label the most probable one; absent where the answer is a score
 * @param probabilities of all labels, in the order of the head; none where the answer is a score
 * @param score of a regression
 */
public record Answer(
    Optional<String> label, Map<String, Double> probabilities, Optional<Double> score) {
  public Answer {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
  }

  /**
   * {@return the answer that logits are: their softmax, or the score}
   *
   * @param logits one number a label, or the score
   * @param head which gave them; not a language model's
   */
  public static Answer of(float[] logits, TaskHead head) {
    if (head.isRegression()) {
      return new Answer(Optional.empty(), Map.of(), Optional.of((double) logits[0]));
    }
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    double[] exponentials = new double[logits.length]; // the largest is 1, so that none overflows
    for (int i = 0; i < logits.length; i++) {
      exponentials[i] = Math.exp((double) logits[i] - logits[best]);
    }
    double sum = Arrays.stream(exponentials).sum();
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int i = 0; i < logits.length; i++) {
      probabilities.put(head.labels().get(i), exponentials[i] / sum);
    }
    return new Answer(Optional.of(head.labels().get(best)), probabilities, Optional.empty());
  }
}
