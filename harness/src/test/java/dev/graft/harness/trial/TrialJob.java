package dev.graft.harness.trial;

import dev.graft.harness.json.Json;
import java.nio.file.Path;

/** What the process of a trial is given, as a file. */
public final class TrialJob {
  private TrialJob() {}

  /** Gives a trial. */
  public static void write(Path file, TrialSpec spec) {
    Json.write(file, new Trial.Job(spec, spec.arm().device()));
  }

  /** Reads it as the process does. */
  public static TrialSpec read(Path file) {
    return Json.read(file, Trial.Job.class).spec();
  }
}
