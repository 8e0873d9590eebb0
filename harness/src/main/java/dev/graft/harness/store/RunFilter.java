package dev.graft.harness.store;

import dev.graft.harness.trial.Stage;
import java.util.Optional;

/**
 * Which stored trials are meant; what is absent excludes none.
 *
 * @param study a part of the path of the study's folder
 * @param task a part of the task
 * @param method a part of the stack
 * @param ended how they ended
 */
public record RunFilter(
    Optional<String> study,
    Optional<String> task,
    Optional<String> method,
    Optional<Stage> stage,
    Ended ended) {
  /** Ways to end. */
  public enum Ended {
    ANYHOW,
    FAILED
  }

  /** Excludes none. */
  public static final RunFilter ALL =
      new RunFilter(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Ended.ANYHOW);
}
