package dev.graft.harness.study;

import dev.graft.harness.latency.LatencyResult;
import java.util.List;
import java.util.Optional;

/**
 * All that a study found.
 *
 * @param outcomes one for each trial, in the study's order
 * @param latency one for each size; empty if it wasn't asked for or failed
 * @param latencyFailure why there is no latency although it was asked for
 */
public record StudyResult(
    Study study,
    List<Outcome> outcomes,
    List<LatencyResult> latency,
    Optional<String> latencyFailure) {
  public StudyResult {
    outcomes = List.copyOf(outcomes);
    latency = List.copyOf(latency);
  }

  /** The trials that have a result. */
  public List<TrialResult> results() {
    return outcomes.stream()
        .filter(TrialResult.class::isInstance)
        .map(TrialResult.class::cast)
        .toList();
  }

  /** The trials that have none. */
  public List<TrialFailure> failures() {
    return outcomes.stream()
        .filter(TrialFailure.class::isInstance)
        .map(TrialFailure.class::cast)
        .toList();
  }

  /** Whether all that the study asked for is there. */
  public boolean isComplete() {
    return failures().isEmpty() && latencyFailure.isEmpty();
  }
}
