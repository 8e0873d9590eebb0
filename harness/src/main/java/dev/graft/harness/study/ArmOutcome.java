package dev.graft.harness.study;

import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialResult;
import java.util.List;

/**
 * What came of one arm.
 *
 * @param name as {@link Study#arms} has it
 * @param arm as it was trained: with the settings that were chosen, if it was tuned
 * @param tuning the trials that the settings were chosen by, in the order in which they began
 * @param trials one a seed
 */
public record ArmOutcome(String name, Arm arm, List<Outcome> tuning, List<Outcome> trials) {
  public ArmOutcome {
    tuning = List.copyOf(tuning);
    trials = List.copyOf(trials);
  }

  /** The reported trials that have a result. */
  public List<TrialResult> results() {
    return trials.stream()
        .filter(TrialResult.class::isInstance)
        .map(TrialResult.class::cast)
        .toList();
  }
}
