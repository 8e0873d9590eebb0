package dev.graft.harness.trial;

import java.util.List;

/** Makes what runs the trials of one study: the point at which another place to run them joins. */
@FunctionalInterface
public interface TrialExecutors {
  /**
   * Makes an executor, before the first trial runs.
   *
   * @param trials how many there will be at most
   * @param demands one for each arm
   * @throws dev.graft.GraftException if what the options ask for can't be had
   */
  TrialExecutor open(ExecutorOptions options, int trials, List<Demand> demands);
}
