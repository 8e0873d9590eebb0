package dev.graft.harness.replay;

import dev.graft.testing.ErrorTexts;
import java.nio.file.Path;

/** Checkpoints that can't be compared. */
public final class ReplayErrors {
  private ReplayErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) {
    errors.add(
        "A checkpoint that goes while a trial is replayed",
        () -> Checkpoints.compare(folder.resolve("gone-checkpoint"), folder));
  }
}
