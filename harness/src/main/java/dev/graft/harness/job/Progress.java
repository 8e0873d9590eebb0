package dev.graft.harness.job;

/**
 * How far a job is.
 *
 * @param done of {@code total} steps, examples or milliseconds
 * @param loss a running mean while training; NaN otherwise
 */
public record Progress(Phase phase, int done, int total, double loss) {
  /** What a job is doing. */
  public enum Phase {
    LOADING,
    TRAINING,
    EVALUATING,
    MERGING,
    SAVING,
    TIMING
  }
}
