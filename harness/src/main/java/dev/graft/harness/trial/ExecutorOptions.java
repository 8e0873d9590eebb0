package dev.graft.harness.trial;

import dev.graft.GraftException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a user may say of how trials are run. It changes no result but by the number of threads.
 *
 * @param executor by its name; absent for this machine
 * @param parallel how many run at a time; absent for what the executor finds right
 * @param timeout the longest that a trial may take
 */
public record ExecutorOptions(
    Optional<String> executor, Optional<Integer> parallel, Optional<Duration> timeout) {
  public static final ExecutorOptions DEFAULT =
      new ExecutorOptions(Optional.empty(), Optional.empty(), Optional.empty());

  public ExecutorOptions {
    parallel
        .filter(number -> number < 1)
        .ifPresent(
            number -> {
              throw GraftException.input("%s trials at a time are none.", number)
                  .expected("--parallel 1 or more");
            });
    timeout
        .filter(limit -> limit.isNegative() || limit.isZero())
        .ifPresent(
            limit -> {
              throw GraftException.input("Trials need time.")
                  .expected("--timeout in minutes, more than 0");
            });
  }

  /** These, and others where these say nothing. */
  public ExecutorOptions orElse(ExecutorOptions others) {
    return new ExecutorOptions(
        executor.or(() -> others.executor),
        parallel.or(() -> others.parallel),
        timeout.or(() -> others.timeout));
  }
}
