package dev.graft.harness.trial;

import java.util.List;

/**
 * Makes what runs the trials of one study: the point at which another place to run them joins. A
 * JAR brings one as a service of this type, made by its constructor without parameters. Where a
 * command such as {@code srun} starts processes on machines that see the same files, {@link
 * LocalProcesses#startedBy} is all that it needs.
 */
public interface TrialExecutors {
  /** By which users choose it: lower-case words joined by hyphens. */
  String name();

  /**
   * Makes an executor, before the first trial runs.
   *
   * @param options what the user says; what they leave open is the executor's to decide
   * @param trials how many there will be at most
   * @param demands one for each arm
   * @throws dev.graft.GraftException if what the options ask for can't be had
   */
  TrialExecutor open(ExecutorOptions options, int trials, List<Demand> demands);
}
