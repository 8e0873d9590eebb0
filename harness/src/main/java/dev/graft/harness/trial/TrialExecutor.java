package dev.graft.harness.trial;

import dev.graft.harness.job.Progress;
import java.util.function.Consumer;

/** Runs trials somewhere: in processes of this machine, or on others. */
public interface TrialExecutor {
  /** How many trials run at a time. */
  int slots();

  /**
   * Runs a trial to its end, or to the step where it is to rest. Called by as many threads at a
   * time as there are slots.
   *
   * @param folder where it may keep what it needs to go on after an interruption
   * @return what came of it; whatever ends its process is a failure of the trial
   */
  Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener);
}
