package dev.graft.harness.trial;

import java.util.Optional;

/** An outcome as the store keeps it: a line says which of the two it is. */
public record StoredTrial(Optional<TrialResult> result, Optional<TrialFailure> failure) {
  public StoredTrial {
    if (result.isPresent() == failure.isPresent()) {
      throw new IllegalArgumentException(
          result.isPresent() ? "a result and a failure at once" : "neither a result nor a failure");
    }
  }

  public static StoredTrial of(Outcome outcome) {
    return outcome instanceof TrialResult result
        ? new StoredTrial(Optional.of(result), Optional.empty())
        : new StoredTrial(Optional.empty(), Optional.of((TrialFailure) outcome));
  }
}
