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
}
