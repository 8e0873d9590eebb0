package dev.graft.harness.trial;

/** How a trial ended. */
public sealed interface Outcome permits TrialResult, TrialFailure {
  TrialSpec spec();
}
