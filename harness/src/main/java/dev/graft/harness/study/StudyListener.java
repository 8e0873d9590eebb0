package dev.graft.harness.study;

import dev.graft.harness.job.Progress;
import dev.graft.harness.store.Owner;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialSpec;
import java.nio.file.Path;

/** Hears how a study proceeds. Never called by two threads at a time. */
public interface StudyListener {
  /**
   * The study begins.
   *
   * @param trials how many there will be at most, those that are stored among them
   * @param slots how many run at a time
   */
  default void began(int trials, int slots) {}

  /** A trial begins: number {@code index}, from 0, of those that have begun. */
  default void started(int index, String arm, TrialSpec trial) {}

  /** A trial waits for what comes of it in another process, which is at it. */
  default void waiting(int index, String arm, TrialSpec trial, Owner owner) {}

  /** A running trial got on; several times a second at most. */
  default void progressed(int index, TrialSpec trial, Progress progress) {}

  /**
   * A trial ended.
   *
   * @param stored whether it had ended before, so that it did not have to run
   */
  default void ended(int index, String arm, Outcome outcome, boolean stored) {}

  /** Something went wrong that costs no outcome: what, in a few lines. */
  default void troubled(String what) {}

  /** The latency job begins. */
  default void timingStarted() {}

  /**
   * The latency job waits for that of another process, which would disturb it.
   *
   * @param folder that both work in
   */
  default void timingWaits(Path folder) {}

  /** The latency job got on. */
  default void timed(Progress progress) {}
}
