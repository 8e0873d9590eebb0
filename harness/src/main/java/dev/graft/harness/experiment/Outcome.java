package dev.graft.harness.experiment;

/** How a trial ended. */
public sealed interface Outcome permits TrialResult, TrialFailure {
  TrialSpec spec();
}
