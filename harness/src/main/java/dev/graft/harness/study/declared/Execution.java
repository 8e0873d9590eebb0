package dev.graft.harness.study.declared;

import java.time.Duration;
import java.util.Optional;

/**
 * How trials are run, which changes none of their results.
 *
 * @param parallel how many at a time, if somebody says so
 * @param timeout after which one has failed, if there is such
 */
public record Execution(Optional<Integer> parallel, Optional<Duration> timeout) {
  /** As the machine suggests. */
  public static final Execution DEFAULT = new Execution(Optional.empty(), Optional.empty());
}
