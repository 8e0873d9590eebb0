package dev.graft.harness.study;

/** How a trial ended. */
public sealed interface Outcome permits TrialResult, TrialFailure {
  TrialSpec spec();
}
