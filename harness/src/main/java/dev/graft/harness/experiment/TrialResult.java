package dev.graft.harness.experiment;

import dev.graft.harness.measure.MemoryPeak;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a trial found.
 *
 * @param metrics on the test split, the task's first metric first
 * @param predictions on the test split, in its order: the index of a class, or a score
 * @param targets what is true, in the same order and form
 * @param trainingSeconds for all steps, without loading, compiling and evaluating
 * @param firstLoss the mean over the first tenth of the steps
 * @param lastLoss the mean over the last tenth of the steps
 * @param memory of the trial's process, from loading to evaluating
 * @param checkpointBytes of all files that the methods and the head were saved in
 * @param checkpoint the folder, relative to the study's
 * @param merging empty when nothing merges
 * @param provenance what the result depends on beside the spec: data, weights, versions, machine
 */
public record TrialResult(
    TrialSpec spec,
    Counts counts,
    Map<String, Double> metrics,
    List<Double> predictions,
    List<Double> targets,
    double trainingSeconds,
    int steps,
    double firstLoss,
    double lastLoss,
    MemoryPeak memory,
    long checkpointBytes,
    String checkpoint,
    Optional<MergeCheck> merging,
    Map<String, String> provenance)
    implements Outcome {

  public TrialResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    predictions = List.copyOf(predictions);
    targets = List.copyOf(targets);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** The number of examples in the test split. */
  public int examples() {
    return predictions.size();
  }
}
