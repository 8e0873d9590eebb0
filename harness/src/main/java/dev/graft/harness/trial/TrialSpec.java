package dev.graft.harness.trial;

import java.util.Optional;

/**
 * One arm with one seed: all that decides how a trial turns out.
 *
 * @param seed of the fresh parameters, the order of the data and the dropout
 * @param until the step after which it is judged and rests, if that is not its last
 */
public record TrialSpec(Arm arm, long seed, Stage stage, Optional<Integer> until) {
  /** A trial that is reported. */
  public static TrialSpec reported(Arm arm, long seed) {
    return new TrialSpec(arm, seed, Stage.FINAL, Optional.empty());
  }

  /** A trial that is chosen by. */
  public static TrialSpec tuning(Arm arm, long seed) {
    return new TrialSpec(arm, seed, Stage.TUNING, Optional.empty());
  }

  /** The same, which does not rest before its last step. */
  public TrialSpec whole() {
    return new TrialSpec(arm, seed, stage, Optional.empty());
  }

  /** The same, which rests after a step. */
  public TrialSpec until(int step) {
    return new TrialSpec(arm, seed, stage, Optional.of(step));
  }
}
