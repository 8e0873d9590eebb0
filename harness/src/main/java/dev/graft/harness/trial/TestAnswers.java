package dev.graft.harness.trial;

import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.Numbers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a trained model answered to the test split.
 *
 * @param metrics the task's first metric first
 * @param predictions in the split's order: the index of a class, a score, or for each label 1 or 0
 * @param targets what is true, in the same order and form
 * @param width numbers of each example: as many as labels if it may have several, else 1
 */
public record TestAnswers(
    Map<Metric, Double> metrics, List<Double> predictions, List<Double> targets, int width) {
  public TestAnswers {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    predictions = Numbers.copyOf(predictions);
    targets = Numbers.copyOf(targets);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("answers that no metric judges");
    }
    int answered = predictions.size();
    if (width < 1 || answered < 1 || answered % width != 0 || answered != targets.size()) {
      throw new IllegalArgumentException(
          "%s predictions of %s targets, %s an example".formatted(answered, targets.size(), width));
    }
  }

  /**
   * Refuses answers that their metrics don't take.
   *
   * @throws IllegalArgumentException if there is such a metric
   */
  public void requireJudged() {
    double[] predicted = predictions.stream().mapToDouble(Double::doubleValue).toArray();
    double[] gold = targets.stream().mapToDouble(Double::doubleValue).toArray();
    for (Metric metric : metrics.keySet()) {
      try {
        metric.compute(predicted, gold, width);
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "answers that %s can't judge: %s".formatted(metric.label(), e.getMessage()), e);
      }
    }
  }

  /** The task's first metric: the one that counts where one must. */
  public Metric metric() {
    return metrics.keySet().iterator().next();
  }

  /** The value of {@link #metric}. */
  public double quality() {
    return metrics.get(metric());
  }

  /** The number of examples in the split. */
  public int examples() {
    return predictions.size() / width;
  }
}
