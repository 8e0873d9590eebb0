package dev.graft.harness.report.comparison;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.costs.ArmCosts;
import dev.graft.harness.report.forgetting.ForgettingFindings;
import dev.graft.harness.report.forgetting.Forgotten;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TrialFailure;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A study's trials by contender, all on one task and one model.
 *
 * @param baseline the name of the arm that the others are judged by
 * @param contenders in the order of the study; those of which every trial failed are not there
 * @param search how the arms were tuned, if they were
 */
public record Comparison(
    String baseline,
    List<Contender> contenders,
    List<LatencyResult> latency,
    List<TrialFailure> failures,
    Optional<String> latencyFailure,
    Optional<Search> search) {
  public Comparison {
    contenders = List.copyOf(contenders);
    latency = List.copyOf(latency);
    failures = List.copyOf(failures);
  }

  static Comparison of(StudyResult study) {
    return new Comparison(
        study.study().baseline(),
        study.arms().stream()
            .filter(arm -> !arm.results().isEmpty())
            .map(arm -> Contender.of(arm, study.study().arms().get(arm.name())))
            .toList(),
        study.latency(),
        study.failures(),
        study.latencyFailure(),
        study.study().tuning().map(tuning -> new Search(tuning, study.arms())));
  }

  /** The same arm on the pretrained host, if it is one of the study's. */
  Optional<Contender> pretrained(Contender untrained) {
    return pretrained().stream()
        .filter(contender -> contender.arm().onUntrainedHost().equals(untrained.arm()))
        .findFirst();
  }

  public List<Contender> pretrained() {
    return contenders.stream().filter(contender -> !contender.untrained()).toList();
  }

  public List<Contender> untrained() {
    return contenders.stream().filter(Contender::untrained).toList();
  }

  /** The arm that the others are judged by, unless all its trials failed. */
  public Optional<Contender> reference() {
    return contenders.stream().filter(contender -> contender.name().equals(baseline)).findFirst();
  }

  public Scale scale() {
    return new Scale(contenders.get(0).metric());
  }

  /** Whether any trial has a result. */
  public boolean isOfAny() {
    return !contenders.isEmpty();
  }

  /** What is asked of these arms, as told apart from what is asked on other tasks and models. */
  String of(String what) {
    Arm arm = contenders.get(0).arm();
    return "%s of %s on %s".formatted(what, arm.model(), arm.task());
  }

  /** What the trials of each contender took, by its name, as far as they tell it. */
  public Map<String, ArmCosts> costs() {
    Map<String, ArmCosts> costs = new LinkedHashMap<>();
    contenders.forEach(each -> each.costs().ifPresent(found -> costs.put(each.name(), found)));
    return costs;
  }

  /** What the arms forgot, as far as that was measured. */
  ForgettingFindings forgetting() {
    Map<String, Forgotten> arms = new LinkedHashMap<>();
    pretrained().forEach(arm -> arm.forgotten().ifPresent(found -> arms.put(arm.name(), found)));
    return ForgettingFindings.of(of("forgetting"), baseline, arms);
  }

  /** Whether it was measured what any arm forgot. */
  public boolean isOfForgetting() {
    return contenders.stream().anyMatch(arm -> arm.forgotten().isPresent());
  }

  /** The largest number of seeds of a contender. */
  public int seeds() {
    return contenders.stream().mapToInt(contender -> contender.trials().size()).max().orElse(0);
  }

  /**
   * Why trainings took longer than each would by itself, where trials had a share of the threads.
   */
  public Optional<String> sharing() {
    return contenders.stream()
        .flatMap(contender -> contender.trials().stream())
        .map(trial -> trial.provenance().parallel())
        .max(Comparator.naturalOrder())
        .filter(most -> most > 1)
        .map(
            most ->
                "the machine's threads were divided among up to %s trials, which makes each slower"
                    .formatted(most));
  }

  /** What the provenance of every trial says in the same words. */
  public Map<String, String> provenance() {
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
