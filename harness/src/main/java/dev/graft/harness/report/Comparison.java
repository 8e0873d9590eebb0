package dev.graft.harness.report;

import dev.graft.harness.experiment.LatencyResult;
import dev.graft.harness.experiment.StudyResult;
import dev.graft.harness.experiment.TrialFailure;
import dev.graft.harness.experiment.TrialResult;
import dev.graft.harness.experiment.TrialSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A study's trials by arm.
 *
 * @param arms in the order of the study; those of which every trial failed are not there
 */
record Comparison(
    List<Arm> arms,
    List<LatencyResult> latency,
    List<TrialFailure> failures,
    Optional<String> latencyFailure) {
  /** The method that the others are judged by, where the study has it. */
  static final String REFERENCE = "full";

  Comparison {
    arms = List.copyOf(arms);
    latency = List.copyOf(latency);
    failures = List.copyOf(failures);
  }

  static Comparison of(StudyResult study) {
    Map<String, List<TrialResult>> trials = new LinkedHashMap<>();
    for (TrialResult trial : study.results()) {
      TrialSpec spec = trial.spec();
      trials
          .computeIfAbsent(Arm.name(spec.method(), spec.untrained()), name -> new ArrayList<>())
          .add(trial);
    }
    List<Arm> arms =
        trials.values().stream()
            .map(
                seeds -> {
                  TrialSpec spec = seeds.get(0).spec();
                  return Arm.of(spec.method(), spec.untrained(), seeds);
                })
            .toList();
    return new Comparison(arms, study.latency(), study.failures(), study.latencyFailure());
  }

  /** An arm of the pretrained host. */
  Optional<Arm> pretrained(String method) {
    return arms.stream().filter(arm -> !arm.untrained() && arm.method().equals(method)).findFirst();
  }

  List<Arm> pretrained() {
    return arms.stream().filter(arm -> !arm.untrained()).toList();
  }

  List<Arm> untrained() {
    return arms.stream().filter(Arm::untrained).toList();
  }

  Optional<Arm> reference() {
    return pretrained(REFERENCE);
  }

  Scale scale() {
    return new Scale(arms.get(0).metric());
  }

  /** The largest number of seeds of an arm. */
  int seeds() {
    return arms.stream().mapToInt(arm -> arm.trials().size()).max().orElse(0);
  }

  /** What the provenance of every trial says in the same words. */
  Map<String, String> provenance() {
    Map<String, String> common = new LinkedHashMap<>();
    arms.stream()
        .flatMap(arm -> arm.trials().stream())
        .map(TrialResult::provenance)
        .reduce(
            (first, second) -> {
              Map<String, String> both = new LinkedHashMap<>(first);
              both.entrySet().retainAll(second.entrySet());
              return both;
            })
        .ifPresent(common::putAll);
    return common;
  }
}
