package dev.graft.harness.study;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that a study found.
 *
 * @param arms in the study's order
 * @param latency one for each size; empty if it wasn't asked for or failed
 * @param latencyFailure why there is no latency although it was asked for
 * @param isFinished whether all trials that the study asks for have ended
 */
public record StudyResult(
    Study study,
    List<ArmOutcome> arms,
    List<LatencyResult> latency,
    Optional<String> latencyFailure,
    boolean isFinished) {
  public StudyResult {
    arms = List.copyOf(arms);
    latency = List.copyOf(latency);
  }

  /** The reported trials that have a result. */
  public List<TrialResult> results() {
    return arms.stream().flatMap(arm -> arm.results().stream()).toList();
  }

  /** The trials that have none, those that settings were chosen by among them. */
  public List<TrialFailure> failures() {
    return arms.stream()
        .flatMap(arm -> Stream.concat(arm.tuning().stream(), arm.trials().stream()))
        .filter(TrialFailure.class::isInstance)
        .map(TrialFailure.class::cast)
        .toList();
  }

  /** Whether all that the study asked for is there. */
  public boolean isComplete() {
    return isFinished && failures().isEmpty() && latencyFailure.isEmpty();
  }

  /** The same for each model with each task: only what shares both can be compared. */
  public List<StudyResult> comparable() {
    Map<List<String>, List<ArmOutcome>> groups = new LinkedHashMap<>();
    for (ArmOutcome arm : arms) {
      groups
          .computeIfAbsent(List.of(arm.arm().model(), arm.arm().task()), group -> new ArrayList<>())
          .add(arm);
    }
    return groups.values().stream().map(this::only).toList();
  }

  private StudyResult only(List<ArmOutcome> group) {
    List<String> names = group.stream().map(ArmOutcome::name).toList();
    Predicate<LatencyResult> isTheirs =
        times -> names.stream().anyMatch(name -> times.of(name, false).isPresent());
    return new StudyResult(
        study.only(names),
        group,
        latency.stream().filter(isTheirs).toList(),
        latencyFailure,
        isFinished);
  }
}
