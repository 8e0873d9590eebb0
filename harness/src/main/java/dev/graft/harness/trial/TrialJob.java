package dev.graft.harness.trial;

/**
 * What the process of a trial is given.
 *
 * @param device on which it runs: the one of the slot, where the trial may take any GPU
 */
record TrialJob(TrialSpec spec, String device) {}
