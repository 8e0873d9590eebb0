package dev.graft.harness.trial;

/** How a trial ended. */
public sealed interface Outcome permits TrialResult, TrialFailure {
  TrialSpec spec();

  /**
   * The same with its files where they are for another study.
   *
   * @param folder of that study
   * @param origin of the study that had the trial run; its files are taken from there where they
   *     don't lie in the folder as well, as they do after it was moved
   */
  Outcome seenFrom(StudyFolder folder, StudyFolder origin);

  /**
   * Whether all that anyone still needs of it is there, so that the trial need not run again: what
   * a reported trial saved, and of a tuning trial nothing but its scores, as the next rung goes on
   * in its folder.
   *
   * @param folder of the study that it is seen from
   */
  boolean standsIn(StudyFolder folder);
}
