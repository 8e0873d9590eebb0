package dev.graft.harness.report.figure;

import dev.graft.harness.report.ArmList;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.training.Validation;
import dev.graft.harness.trial.TrialResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An arm as its figures need it.
 *
 * @param family the names of its methods
 * @param isOnFront whether no other arm on the pretrained host is as good with fewer trained
 *     parameters, nor better with as many
 * @param memory what the largest peak of its trials is made of, in bytes
 * @param time what its trials take, in seconds: means by phase
 * @param trained its settings by name as they were trained with, defaults included: those that were
 *     chosen for it, if it was tuned
 * @param tuning the best validation that is expected of a number of tuning trials
 */
record ArmData(
    String name,
    String family,
    boolean untrained,
    boolean isOnFront,
    long method,
    long head,
    long total,
    Interval quality,
    Map<String, Long> memory,
    Map<String, Double> time,
    Map<String, String> trained,
    List<Trial> trials,
    Map<Integer, Interval> tuning) {

  /**
   * One seed.
   *
   * @param kept the step whose weights were kept
   * @param right which test examples it answered rightly
   */
  record Trial(
      long seed,
      double quality,
      int steps,
      Curve losses,
      List<Validation> validations,
      int kept,
      Optional<String> right) {}

  /**
   * Of one arm.
   *
   * @param points how many a learning curve may have
   */
  static ArmData of(
      Comparison comparison,
      Contender contender,
      ArmSettings settings,
      int points,
      RightAnswers answers) {
    return new ArmData(
        contender.name(),
        ArmList.family(contender.arm().method()),
        contender.untrained(),
        isOnFront(comparison, contender),
        contender.counts().method(),
        contender.counts().head(),
        contender.counts().total(),
        Interval.of(contender.quality(), comparison.scale()::bare),
        Shares.memory(contender),
        Shares.time(contender),
        settings.of(contender.trials().get(0).spec().arm()),
        contender.trials().stream().map(trial -> trial(trial, points, answers)).toList(),
        tuning(comparison, contender));
  }

  private static Map<Integer, Interval> tuning(Comparison comparison, Contender contender) {
    Map<Integer, Interval> tuning = new LinkedHashMap<>();
    comparison
        .search()
        .map(search -> search.curve(contender.name()))
        .orElse(Map.of())
        .forEach((trials, best) -> tuning.put(trials, Interval.of(best, comparison.scale()::bare)));
    return tuning;
  }

  private static Trial trial(TrialResult trial, int points, RightAnswers answers) {
    return new Trial(
        trial.spec().seed(),
        trial.answers().quality(),
        trial.steps().count(),
        Curve.of(trial.steps().losses(), points),
        Curve.thinned(trial.steps().validations(), points),
        trial.steps().kept(),
        answers.of(trial.answers()));
  }

  private static boolean isOnFront(Comparison comparison, Contender contender) {
    return !contender.untrained()
        && !Double.isNaN(contender.quality().value())
        && comparison.pretrained().stream().noneMatch(other -> dominates(other, contender));
  }

  private static boolean dominates(Contender one, Contender other) {
    double better = one.quality().value() - other.quality().value();
    long fewer = other.counts().total() - one.counts().total();
    return better >= 0 && fewer >= 0 && (better > 0 || fewer > 0);
  }
}
