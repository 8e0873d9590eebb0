package dev.graft.harness.cli.terminal;

import dev.graft.harness.job.Progress;
import dev.graft.harness.study.StudyListener;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.Stage;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Shows how a study proceeds: a line a trial. On a screen it is written anew as the trial gets on;
 * elsewhere there is one when it begins and one when it has ended.
 */
public final class StudyProgress implements StudyListener, AutoCloseable {
  private static final String ANEW = "\r\033[K";
  private static final int LONGEST_NAME = 40;

  private final PrintStream err;
  private final boolean isInteractive;
  private int trials;
  private final Path folder;
  private String running = "";

  public StudyProgress(Terminal terminal, Path folder) {
    this.err = terminal.err();
    this.isInteractive = terminal.isInteractive();
    this.folder = folder;
  }

  @Override
  public void began(int most, int slots) {
    trials = most;
    err.printf(Locale.ROOT, "%s trials, one after the other; results go to %s%n", trials, folder);
  }

  @Override
  public void started(int index, String arm, TrialSpec trial) {
    running = name(index, arm, trial);
    update(": starting");
    if (!isInteractive) {
      err.println(running);
    }
  }

  @Override
  public void progressed(int index, TrialSpec trial, Progress progress) {
    update(": " + JobProgress.described(progress));
  }

  @Override
  public void ended(int index, String arm, Outcome outcome, boolean stored) {
    String how = outcome instanceof TrialResult result ? result(result) : failure(outcome);
    finish(name(index, arm, outcome.spec()) + ": " + how + (stored ? " (stored before)" : ""));
  }

  @Override
  public void timingStarted() {
    running = "latency";
    update(": starting");
    if (!isInteractive) {
      err.println(running);
    }
  }

  @Override
  public void timed(Progress progress) {
    update(": " + JobProgress.described(progress));
  }

  /** Leaves a clean line behind. */
  @Override
  public void close() {
    if (isInteractive) {
      err.print(ANEW);
      err.flush();
    }
  }

  private void update(String what) {
    if (isInteractive) {
      err.print(ANEW + running + what);
      err.flush();
    }
  }

  private void finish(String line) {
    err.println((isInteractive ? ANEW : "") + line);
  }

  private String name(int index, String arm, TrialSpec trial) {
    return "[%s/%s] %s, seed %s"
        .formatted(
            index + 1,
            trials,
            arm.length() > LONGEST_NAME ? arm.substring(0, LONGEST_NAME - 3) + "..." : arm,
            trial.seed()
                + (trial.stage() == Stage.TUNING
                    ? ", tuning " + trial.arm().recipe().rates()
                    : ""));
  }

  private static String result(TrialResult result) {
    Optional<TestAnswers> test = result.test();
    String found =
        test.map(answers -> "%s %s".formatted(answers.metric(), rounded(answers.quality())))
            .orElseGet(() -> "validation " + rounded(result.validated()));
    return String.format(Locale.ROOT, "%s, trained in %.1f s", found, result.steps().seconds());
  }

  private static String rounded(double quality) {
    return String.format(Locale.ROOT, "%.3f", quality);
  }

  private static String failure(Outcome outcome) {
    String reason = outcome instanceof TrialFailure failure ? failure.reason() : "no result";
    return "failed: " + reason.lines().findFirst().orElse("");
  }
}
