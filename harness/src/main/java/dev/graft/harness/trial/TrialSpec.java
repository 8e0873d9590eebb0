package dev.graft.harness.trial;

import com.google.gson.annotations.JsonAdapter;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.json.LeftOut;
import java.util.Optional;

/**
 * One arm with one seed: all that decides how a trial turns out.
 *
 * @param seed of the fresh parameters, the order of the data and the dropout
 * @param until the step after which it is judged and rests, if that is not its last
 * @param general on which it is measured what the training makes the model forget
 * @param identity the hash of what the names in it stand for, as {@link
 *     dev.graft.harness.environment.Identity#hash} gives it; absent until that was looked at
 */
public record TrialSpec(
    Arm arm,
    long seed,
    Stage stage,
    Optional<Integer> until,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<GeneralText> general,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<String> identity) {
  /** A trial that is reported. */
  public static TrialSpec reported(Arm arm, long seed) {
    return new TrialSpec(
        arm, seed, Stage.FINAL, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** A trial that is chosen by. */
  public static TrialSpec tuning(Arm arm, long seed) {
    return new TrialSpec(
        arm, seed, Stage.TUNING, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same, which does not rest before its last step. */
  public TrialSpec whole() {
    return new TrialSpec(arm, seed, stage, Optional.empty(), general, identity);
  }

  /** The same, which rests after a step. */
  public TrialSpec until(int step) {
    return new TrialSpec(arm, seed, stage, Optional.of(step), general, identity);
  }

  /**
   * The same with forgetting measured on a text, if there is one; not on a host with fresh weights,
   * which knows nothing.
   */
  public TrialSpec on(Optional<GeneralText> text) {
    return new TrialSpec(
        arm, seed, stage, until, arm.untrained() ? Optional.empty() : text, identity);
  }

  /** The same, of what its names stand for now. */
  TrialSpec bound(String hash) {
    return new TrialSpec(arm, seed, stage, until, general, Optional.of(hash));
  }

  /** The same, of whatever its names stand for. */
  public TrialSpec unbound() {
    return new TrialSpec(arm, seed, stage, until, general, Optional.empty());
  }
}
