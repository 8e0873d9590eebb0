package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.harness.environment.Identity;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import java.util.ArrayList;
import java.util.HashMap;
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
    requireOneIdentity(arms);
  }

  /** Refuses to show together what is of different data, weights, plugins or versions. */
  private static void requireOneIdentity(List<ArmOutcome> arms) {
    Map<String, String> first = new HashMap<>();
    for (ArmOutcome arm : arms) {
      for (TrialResult result : arm.results()) {
        Map<String, String> parts = new HashMap<>();
        Identity found = result.provenance().identity();
        Arm of = result.spec().arm();
        parts.put("the version of Graft", found.graft());
        parts.put("the data of " + of.task(), found.data());
        found.plugins().forEach((name, hash) -> parts.put("the plugin of " + name, hash));
        if (!of.untrained()) { // each seed of those has weights of its own
          parts.put("the weights of " + of.model(), found.base());
          parts.put("the configuration of " + of.model(), found.configuration());
        }
        parts.forEach((part, is) -> requireSame(part, first.putIfAbsent(part, is), is));
      }
    }
  }

  private static void requireSame(String part, String was, String is) {
    if (was != null && !was.equals(is)) {
      throw GraftException.input("Results of a study are not of the same: %s differs.", part)
          .expected("one for the whole study: %s", was)
          .found(is)
          .remedy(
              "run the study again with the same output: what is not of the same is trained anew");
    }
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
