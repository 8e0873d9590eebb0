package dev.graft.harness.trial;

import com.google.gson.annotations.JsonAdapter;
import dev.graft.harness.environment.Environment;
import dev.graft.harness.forgetting.Forgetting;
import dev.graft.harness.json.LeftOut;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.training.Counts;
import dev.graft.harness.training.Peaks;
import dev.graft.harness.training.TrainingSteps;
import dev.graft.harness.trial.costs.TrialCosts;
import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a trial found.
 *
 * @param validation the metrics on the validation split of what was kept, the task's first metric
 *     first; none without such a split
 * @param test absent where the trial is only to choose by
 * @param memory of the trial's process, from loading to evaluating
 * @param checkpointBytes of all files that the methods and the head were saved in
 * @param checkpoint the folder, relative to the study's
 * @param merging empty when nothing merges
 * @param forgetting where the spec names a text for it
 * @param provenance what the result depends on beside the spec
 * @param costs what the trial's process took, phase by phase; trials of earlier versions have none
 * @param peaks the learning rates that it was trained with; absent in those of earlier versions
 * @param graphs what came of capturing CUDA graphs, where that was asked for
 */
public record TrialResult(
    TrialSpec spec,
    Counts counts,
    TrainingSteps steps,
    Map<Metric, Double> validation,
    Optional<TestAnswers> test,
    MemoryPeak memory,
    long checkpointBytes,
    String checkpoint,
    Optional<MergeCheck> merging,
    Optional<Forgetting> forgetting,
    Environment provenance,
    Optional<TrialCosts> costs,
    Optional<Peaks> peaks,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<String> graphs)
    implements Outcome {
  public TrialResult {
    Stream.of(
            spec,
            counts,
            steps,
            test,
            memory,
            checkpoint,
            merging,
            forgetting,
            provenance,
            costs,
            peaks,
            graphs)
        .forEach(Objects::requireNonNull);
    if (spec.stage() == Stage.FINAL && test.isEmpty()) {
      throw new IllegalArgumentException(
          "no answers to the test split of a trial that is reported");
    }
    validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
  }

  /** The task's first metric on the validation split; NaN without such a split. */
  public double validated() {
    return validation.values().stream().findFirst().orElse(Double.NaN);
  }

  @Override
  public TrialResult seenFrom(StudyFolder folder, StudyFolder origin) {
    return new TrialResult(
        spec,
        counts,
        steps,
        validation,
        test,
        memory,
        checkpointBytes,
        folder.seen(checkpoint, origin),
        merging,
        forgetting,
        provenance,
        costs,
        peaks,
        graphs);
  }

  @Override
  public boolean standsIn(StudyFolder folder) {
    return spec.stage() == Stage.TUNING || hasCheckpoint(folder);
  }

  /** Whether what it saved is there. */
  public boolean hasCheckpoint(StudyFolder folder) {
    return Files.isDirectory(folder.path().resolve(checkpoint));
  }

  /** The answers of a trial that is reported. */
  public TestAnswers answers() {
    return test.orElseThrow(() -> new IllegalStateException("the test split was not read"));
  }
}
