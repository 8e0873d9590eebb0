package dev.graft.harness.study;

import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.training.Counts;
import dev.graft.harness.training.Environment;
import dev.graft.harness.training.TrainingSteps;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a trial found.
 *
 * @param metrics on the test split, the task's first metric first
 * @param predictions on the test split, in its order: the index of a class, a score, or for each
 *     label 1 or 0
 * @param targets what is true, in the same order and form
 * @param width numbers of each example: as many as labels if it may have several, else 1
 * @param trainingSeconds as {@link TrainingSteps#seconds}
 * @param memory of the trial's process, from loading to evaluating
 * @param checkpointBytes of all files that the methods and the head were saved in
 * @param checkpoint the folder, relative to the study's
 * @param merging empty when nothing merges
 * @param provenance what the result depends on beside the spec
 */
public record TrialResult(
    TrialSpec spec,
    Counts counts,
    Map<Metric, Double> metrics,
    List<Double> predictions,
    List<Double> targets,
    int width,
    double trainingSeconds,
    int steps,
    double firstLoss,
    double lastLoss,
    MemoryPeak memory,
    long checkpointBytes,
    String checkpoint,
    Optional<MergeCheck> merging,
    Environment provenance)
    implements Outcome {

  public TrialResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    predictions = List.copyOf(predictions);
    targets = List.copyOf(targets);
  }

  /** The task's first metric: the one that counts where one must. */
  public Metric metric() {
    return metrics.keySet().iterator().next();
  }

  /** The value of {@link #metric}. */
  public double quality() {
    return metrics.get(metric());
  }

  /** The number of examples in the test split. */
  public int examples() {
    return predictions.size() / width;
  }
}
