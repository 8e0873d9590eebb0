package dev.graft.harness.report.comparison;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.report.Scale;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.study.TrialFailure;
import dev.graft.harness.study.TrialResult;
import dev.graft.harness.study.TrialSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A study's trials by contender.
 *
 * @param contenders in the order of the study; those of which every trial failed are not there
 */
record Comparison(
    List<Contender> contenders,
    List<LatencyResult> latency,
    List<TrialFailure> failures,
    Optional<String> latencyFailure) {
  /** The method that the others are judged by, where the study has it. */
  static final String REFERENCE = "full";

  Comparison {
    contenders = List.copyOf(contenders);
    latency = List.copyOf(latency);
    failures = List.copyOf(failures);
  }

  static Comparison of(StudyResult study) {
    Map<String, List<TrialResult>> trials = new LinkedHashMap<>();
    for (TrialResult trial : study.results()) {
      TrialSpec spec = trial.spec();
      trials
          .computeIfAbsent(
              Contender.name(spec.method(), spec.untrained()), name -> new ArrayList<>())
          .add(trial);
    }
    List<Contender> contenders =
        trials.values().stream()
            .map(
                seeds -> {
                  TrialSpec spec = seeds.get(0).spec();
                  return Contender.of(spec.method(), spec.untrained(), seeds);
                })
            .toList();
    return new Comparison(contenders, study.latency(), study.failures(), study.latencyFailure());
  }

  /** A contender on the pretrained host. */
  Optional<Contender> pretrained(String method) {
    return contenders.stream()
        .filter(contender -> !contender.untrained() && contender.method().equals(method))
        .findFirst();
  }

  List<Contender> pretrained() {
    return contenders.stream().filter(contender -> !contender.untrained()).toList();
  }

  List<Contender> untrained() {
    return contenders.stream().filter(Contender::untrained).toList();
  }

  Optional<Contender> reference() {
    return pretrained(REFERENCE);
  }

  Scale scale() {
    return new Scale(contenders.get(0).metric());
  }

  /** The largest number of seeds of a contender. */
  int seeds() {
    return contenders.stream().mapToInt(contender -> contender.trials().size()).max().orElse(0);
  }

  /** What the provenance of every trial says in the same words. */
  Map<String, String> provenance() {
    Map<String, String> common = new LinkedHashMap<>();
    contenders.stream()
        .flatMap(contender -> contender.trials().stream())
        .map(trial -> trial.provenance().written())
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
