package dev.graft.harness.study;

import dev.graft.harness.job.Progress;

/** Hears how a study proceeds. All calls come from the thread that runs the study. */
public interface StudyListener {
  /** A trial begins: number {@code index}, from 0, of the study's. */
  default void started(int index, TrialSpec trial) {}

  /** The running trial got on; several times a second at most. */
  default void progressed(TrialSpec trial, Progress progress) {}

  /**
   * A trial ended.
   *
   * @param stored whether it had ended before, so that it did not have to run
   */
  default void ended(int index, Outcome outcome, boolean stored) {}

  /** The latency job begins. */
  default void timingStarted() {}

  /** The latency job got on. */
  default void timed(Progress progress) {}
}
