package dev.graft.harness.cli.terminal;

import dev.graft.harness.job.Progress;
import dev.graft.harness.study.Outcome;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyListener;
import dev.graft.harness.study.TrialFailure;
import dev.graft.harness.study.TrialResult;
import dev.graft.harness.study.TrialSpec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Shows how a study proceeds: a line a trial. On a screen it is written anew as the trial gets on;
 * elsewhere there is one when it begins and one when it has ended.
 */
public final class StudyProgress implements StudyListener, AutoCloseable {
  private static final String ANEW = "\r\033[K";
  private static final int LONGEST_METHOD = 28;

  private final PrintStream err;
  private final boolean isInteractive;
  private final int trials;
  private final Path folder;
  private boolean begun;
  private String running = "";

  public StudyProgress(Terminal terminal, Study study, Path folder) {
    this.err = terminal.err();
    this.isInteractive = terminal.isInteractive();
    this.trials = study.trials().size();
    this.folder = folder;
  }

  @Override
  public void started(int index, TrialSpec trial) {
    begin();
    running = name(index, trial);
    update(": starting");
    if (!isInteractive) {
      err.println(running);
    }
  }

  @Override
  public void progressed(TrialSpec trial, Progress progress) {
    update(": " + JobProgress.described(progress));
  }

  @Override
  public void ended(int index, Outcome outcome, boolean stored) {
    begin();
    String how = outcome instanceof TrialResult result ? result(result) : failure(outcome);
    finish(name(index, outcome.spec()) + ": " + how + (stored ? " (stored before)" : ""));
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

  /** The first line, which waits until the study was found to be right. */
  private void begin() {
    if (!begun) {
      begun = true;
      err.printf(Locale.ROOT, "%s trials, one after the other; results go to %s%n", trials, folder);
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

  private String name(int index, TrialSpec trial) {
    String method = trial.method();
    return "[%s/%s] %s%s, seed %s"
        .formatted(
            index + 1,
            trials,
            method.length() > LONGEST_METHOD
                ? method.substring(0, LONGEST_METHOD - 3) + "..."
                : method,
            trial.untrained() ? ", untrained host" : "",
            trial.seed());
  }

  private static String result(TrialResult result) {
    return String.format(
        Locale.ROOT,
        "%s %.3f, trained in %.1f s",
        result.metric(),
        result.quality(),
        result.trainingSeconds());
  }

  private static String failure(Outcome outcome) {
    String reason = outcome instanceof TrialFailure failure ? failure.reason() : "no result";
    return "failed: " + reason.lines().findFirst().orElse("");
  }
}
