package dev.graft.harness.trial;

import java.util.Objects;

/**
 * A trial that ended without a result.
 *
 * @param reason what a user needs to know, in a few lines
 * @param log the file with all that the trial said, relative to the study's folder
 */
public record TrialFailure(TrialSpec spec, String reason, String log) implements Outcome {
  public TrialFailure {
    Objects.requireNonNull(spec, "the trial that failed");
    Objects.requireNonNull(reason, "the reason of a failure");
    Objects.requireNonNull(log, "the log of a failure");
  }

  @Override
  public TrialFailure seenFrom(StudyFolder folder, StudyFolder origin) {
    return new TrialFailure(spec, reason, folder.seen(log, origin));
  }

  @Override
  public boolean standsIn(StudyFolder folder) {
    return true; // it left none that anything needs
  }
}
