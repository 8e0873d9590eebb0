package dev.graft.harness.study;

import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** Chooses the settings of each arm by the validation split, with the same budget for all. */
final class Tuner {
  /**
   * What was chosen for an arm.
   *
   * @param trials in the order in which they were asked for
   * @param best absent if no trial has a result
   */
  record Choice(List<Outcome> trials, Optional<Arm> best) {}

  /** A search that goes on: the arms that are still in it, and all its trials. */
  private static final class Search {
    private final List<Rungs.Rung> rungs;
    private final List<Outcome> trials = new ArrayList<>();
    private List<Arm> left;

    Search(List<Arm> candidates, List<Rungs.Rung> rungs) {
      this.left = candidates;
      this.rungs = rungs;
    }
  }

  private final Tuning tuning;
  private final Trials trials;

  Tuner(Tuning tuning, Trials trials) {
    this.tuning = tuning;
    this.trials = trials;
  }

  /** Tunes arms, rung by rung, so that none waits for another's search. */
  Map<String, Choice> tune(Map<String, CheckedArm> arms) {
    Map<String, Search> searches = new LinkedHashMap<>();
    arms.forEach(
        (name, arm) ->
            searches.put(
                name,
                new Search(
                    SearchSpace.of(arm).candidates(tuning),
                    Rungs.of(tuning, arm.steps()).rungs())));
    int most = searches.values().stream().mapToInt(search -> search.rungs.size()).max().orElse(0);
    for (int rung = 0; rung < most; rung++) {
      Map<String, List<TrialSpec>> asked = new LinkedHashMap<>();
      for (Map.Entry<String, Search> search : searches.entrySet()) {
        if (rung < search.getValue().rungs.size()) {
          asked.put(search.getKey(), trials(search.getValue(), rung));
        }
      }
      trials.submit(asked).forEach((name, running) -> keepTheBest(searches.get(name), running));
    }
    Map<String, Choice> choices = new LinkedHashMap<>();
    searches.forEach(
        (name, search) ->
            choices.put(name, new Choice(search.trials, search.left.stream().findFirst())));
    return choices;
  }

  private List<TrialSpec> trials(Search search, int rung) {
    int until = search.rungs.get(rung).until();
    boolean isLast = rung == search.rungs.size() - 1;
    return search.left.stream()
        .limit(search.rungs.get(rung).trials())
        .map(arm -> TrialSpec.tuning(arm, tuning.seed()))
        .map(spec -> isLast ? spec : spec.until(until))
        .toList();
  }

  /** From the best to the worst; those without a result are out. */
  private void keepTheBest(Search search, List<Future<Outcome>> running) {
    List<Outcome> ended = running.stream().map(Trials::of).toList();
    search.trials.addAll(ended);
    search.left =
        ended.stream()
            .filter(TrialResult.class::isInstance)
            .map(TrialResult.class::cast)
            .filter(result -> !Double.isNaN(result.validated()))
            .sorted(Comparator.comparingDouble(TrialResult::validated).reversed())
            .map(result -> result.spec().arm())
            .toList();
  }
}
