package dev.graft.harness.trial;

import dev.graft.harness.job.Progress;
import java.util.function.Consumer;

/** Runs trials somewhere: in processes of this machine, or on others. */
public interface TrialExecutor {
  /** How many trials run at a time. */
  int slots();

  /**
   * Runs a trial to its end, or to the step where it is to rest. Called by as many threads at a
   * time as there are slots. A thread that is interrupted stops its trial before it returns.
   *
   * @param folder where it may keep what it needs to go on after an interruption
   * @return what came of it; whatever ends its process is a failure of the trial
   * @throws dev.graft.GraftException if this process is asked to end, or the thread interrupted
   */
  Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener);

  /**
   * Told when an outcome is stored: what was kept in case that it would not be can go. A trial that
   * ended just as its study was killed is so neither lost nor run twice.
   */
  void stored(TrialSpec spec, StudyFolder folder);
}
