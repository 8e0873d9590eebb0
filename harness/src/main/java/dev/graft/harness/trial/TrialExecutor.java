package dev.graft.harness.trial;

import dev.graft.harness.job.Progress;
import java.util.function.Consumer;

/**
 * Runs trials somewhere: in processes of this machine, or on others that see the same files.
 *
 * <p>What a study relies on: a result is given only when all that it names lies in the study's
 * folder, the checkpoint above all; a trial that goes wrong is an outcome with its reason, however
 * it went wrong; and no trial runs on after its thread was interrupted or this process ended. Where
 * a trial runs may change how long it takes, and by the number of threads the last bits of its
 * numbers: what it ran on is in the result, which the trial's own process makes. The latency of
 * what was trained is measured by the study's own process, on its machine.
 */
public interface TrialExecutor {
  /** How many trials run at a time, 1 or more; the same whenever it is asked. */
  int slots();

  /**
   * Runs a trial to its end, or to the step where it is to rest, and waits for it. Called by as
   * many threads at a time as there are slots, each with a trial of its own. A thread that is
   * interrupted stops its trial before it returns.
   *
   * @param folder of the study. Into the trial's own folder in it ({@link StudyFolder#trial}) go
   *     its log and its checkpoint, and what lies there from an earlier attempt lets it go on
   * @param listener may be told how far it is, by any thread
   * @return what came of it: a {@link TrialResult} for the trial that was asked for, or a {@link
   *     TrialFailure}; whatever ends its process is a failure of the trial, as is all that this
   *     throws but what is named here
   * @throws dev.graft.GraftException if this process is asked to end, or the thread interrupted, or
   *     if no trial could run there, as where the place itself is gone: the study ends
   */
  Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener);

  /**
   * Told when an outcome is stored: what was kept in case that it would not be can go. A trial that
   * ended just as its study was killed is so neither lost nor run twice. What this throws is told,
   * and costs nothing.
   */
  void stored(TrialSpec spec, StudyFolder folder);
}
