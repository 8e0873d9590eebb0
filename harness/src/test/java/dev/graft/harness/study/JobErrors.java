package dev.graft.harness.study;

import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.program.Precision;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Processes of a study that can't be started, or leave nothing that can be read. */
public final class JobErrors {
  private JobErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) throws IOException {
    errors.add(
        "A halving that lets all go on",
        () -> new Tuning(4, Tuning.Search.RANDOM, Optional.of(1), 1));
    errors.add("A Java that is gone", () -> withoutJava(folder));
    errors.add("A study that is interrupted", () -> interrupted(folder));
    JobFolder gone = new JobFolder(folder.resolve("gone"));
    errors.add("A folder that goes while a trial runs", () -> gone.write(progress()));
    errors.add("A process that leaves not even a log", () -> ended(1).reason(gone));
    errors.add("A process that leaves no result", () -> read(gone));
    JobFolder damaged = new JobFolder(folder.resolve("damaged"));
    Files.createDirectories(damaged.path());
    Files.writeString(damaged.result(), "{\"sizes\": ");
    errors.add("A result that is damaged", () -> read(damaged));
  }

  private static Ending ended(int exitCode) {
    return new Ending(
        exitCode, Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  private static Progress progress() {
    return new Progress(Progress.Phase.LOADING, 0, 1, Double.NaN);
  }

  private static void read(JobFolder job) {
    Json.read(job.result(), LatencyJob.Results.class);
  }

  private static void withoutJava(Path folder) {
    String home = System.getProperty("java.home");
    System.setProperty("java.home", "/nowhere");
    try {
      run(folder, new StudyListener() {});
    } finally {
      System.setProperty("java.home", home);
    }
  }

  private static void interrupted(Path folder) {
    try {
      run(
          folder,
          new StudyListener() {
            @Override
            public void progressed(int index, TrialSpec trial, Progress progress) {
              Thread.currentThread().interrupt();
            }
          });
    } finally {
      Thread.interrupted();
    }
  }

  private static void run(Path folder, StudyListener listener) {
    Arm arm =
        new Arm(
            folder.resolve("model").toString(),
            folder.resolve("task").toString(),
            "head-only",
            false,
            "cpu",
            Precision.FLOAT32,
            Recipe.DEFAULT);
    new Harness()
        .studyRunner()
        .run(
            new Study(
                Optional.empty(),
                Map.of("head-only", arm),
                "head-only",
                List.of(1L),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            "",
            ExecutorOptions.DEFAULT,
            folder.resolve("processes"),
            Optional.empty(),
            listener);
  }
}
