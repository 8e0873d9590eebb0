package dev.graft.harness.study;

import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.report.comparison.Studies;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.parts.Parts;
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
    addExecutors(errors, folder.resolve("careless"));
  }

  private static void addExecutors(ErrorTexts errors, Path folder) throws IOException {
    errors.print("An executor that throws", () -> careless(folder, CarelessExecutors.THROWS));
    errors.print(
        "An executor that gives nothing", () -> careless(folder, CarelessExecutors.GIVES_NOTHING));
    errors.print(
        "An executor that gives another trial",
        () -> careless(folder, CarelessExecutors.GIVES_ANOTHER));
    errors.print(
        "An executor that loses the checkpoint",
        () -> careless(folder, CarelessExecutors.LOSES_THE_CHECKPOINT));
    errors.print(
        "An executor that reads the test split where it must not",
        () -> careless(folder, CarelessExecutors.READS_THE_TEST_SPLIT));
    errors.add(
        "An executor that throws when it is told",
        () -> {
          throw opened(1).stored(spec(folder, 1), new StudyFolder(folder)).orElseThrow();
        });
    errors.add("An executor that is interrupted", () -> interruptedExecutor(folder));
    TrialSpec unlogged = spec(folder.resolve("unlogged"), CarelessExecutors.THROWS);
    StudyFolder study = new StudyFolder(folder.resolve("unlogged"));
    errors.hiding(study.trial(unlogged).getFileName(), "TRIAL");
    Files.createDirectories(study.trial(unlogged).resolve("log.txt"));
    errors.add(
        "A folder in the place of a failed trial's log",
        () -> opened(1).run(unlogged, study, progress -> {}));
    errors.add("Results of a study whose data changed", JobErrors::mixed);
    errors.add("An executor that can't be opened", () -> opened(CarelessExecutors.NO_START));
    errors.add("An executor without a slot", () -> opened(CarelessExecutors.NO_SLOT));
  }

  private static void mixed() {
    TrialResult one = Studies.trial(Studies.spec("lora", 1, false), 1, 1);
    TrialResult other = Studies.trial(Studies.spec("lora", 2, false), 1, 1);
    String changed = Json.line(other).replace("some data", "other data");
    Studies.of(List.of(one, Json.read(changed, TrialResult.class)), List.of());
  }

  private static CheckedExecutor opened(int parallel) {
    return CheckedExecutor.open(
        new Parts.Installed<>(new CarelessExecutors(), "careless.jar"),
        new ExecutorOptions(Optional.empty(), Optional.of(parallel), Optional.empty()),
        1,
        List.of());
  }

  private static void interruptedExecutor(Path folder) {
    Thread.currentThread().interrupt();
    try {
      opened(1)
          .run(spec(folder, CarelessExecutors.THROWS), new StudyFolder(folder), progress -> {});
    } finally {
      Thread.interrupted();
    }
  }

  private static TrialSpec spec(Path folder, long seed) {
    return TrialSpec.tuning(arm(folder), seed);
  }

  /** The reason of a failed trial, and the trace that is in its log. */
  private static ErrorTexts.Printed careless(Path path, long seed) throws IOException {
    StudyFolder folder = new StudyFolder(path);
    TrialFailure failure = (TrialFailure) opened(1).run(spec(path, seed), folder, progress -> {});
    return new ErrorTexts.Printed(
        1, failure.reason() + "\n" + Files.readString(path.resolve(failure.log())));
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
    Arm arm = arm(folder);
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

  private static Arm arm(Path folder) {
    return new Arm(
        folder.resolve("model").toString(),
        folder.resolve("task").toString(),
        "head-only",
        false,
        "cpu",
        Precision.FLOAT32,
        Recipe.DEFAULT);
  }
}
