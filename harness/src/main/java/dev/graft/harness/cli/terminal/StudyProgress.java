package dev.graft.harness.cli.terminal;

import dev.graft.harness.job.Progress;
import dev.graft.harness.store.Owner;
import dev.graft.harness.study.StudyListener;
import dev.graft.harness.study.TimeLeft;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.Stage;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Shows how a study proceeds: a line a trial that ends, and on a screen below them one that is
 * written anew, with the trials that run and the time that is left. Elsewhere there is a line when
 * a trial begins as well.
 */
public final class StudyProgress implements StudyListener, AutoCloseable {
  private static final String ANEW = "\r\033[K";
  private static final int LONGEST_NAME = 40;

  /** A longer line would be continued in the next, which is not written anew. */
  private static final int SCREEN = 79;

  private final PrintStream err;
  private final boolean isInteractive;
  private final Path folder;
  private final TimeLeft left;
  private final Map<Integer, String> names = new TreeMap<>();
  private final Map<Integer, String> doing = new TreeMap<>();
  private final Thread farewell = new Thread(this::interrupted, "farewell");
  private int trials;
  private int stored;

  public StudyProgress(Terminal terminal, Path folder) {
    this(terminal, folder, System::nanoTime);
  }

  StudyProgress(Terminal terminal, Path folder, LongSupplier nanoseconds) {
    this.err = terminal.err();
    this.isInteractive = terminal.isInteractive();
    this.folder = folder;
    this.left = new TimeLeft(nanoseconds);
    Runtime.getRuntime().addShutdownHook(farewell);
  }

  @Override
  public void began(int most, int slots) {
    left.began(most, slots);
    trials = most;
    err.printf(
        Locale.ROOT,
        "%s trials, %s; results go to %s%n",
        trials,
        slots == 1 ? "one after the other" : slots + " at a time",
        folder);
  }

  @Override
  public void started(int index, String arm, TrialSpec trial) {
    tellStored();
    left.started(index, arm, trial);
    names.put(index, name(index, arm, trial));
    doing.put(index, "starting");
    if (!isInteractive) {
      err.println(names.get(index));
    }
    draw();
  }

  @Override
  public void waiting(int index, String arm, TrialSpec trial, Owner owner) {
    err.println((isInteractive ? ANEW : "") + name(index, arm, trial) + ": waits for " + owner);
    draw();
  }

  @Override
  public void progressed(int index, TrialSpec trial, Progress progress) {
    left.progressed(index, trial, progress);
    doing.put(index, JobProgress.described(progress));
    draw();
  }

  @Override
  public void ended(int index, String arm, Outcome outcome, boolean wasStored) {
    left.ended(index, arm, outcome, wasStored);
    if (wasStored) { // they may be many, and were told of when they ran
      stored++;
      return;
    }
    names.remove(index);
    doing.remove(index);
    String how = outcome instanceof TrialResult result ? result(result) : failure(outcome);
    String line = name(index, arm, outcome.spec()) + ": " + how;
    err.println(isInteractive ? ANEW + line : line + left("; "));
    draw();
  }

  @Override
  public void troubled(String what) {
    err.println((isInteractive ? ANEW : "") + what);
    draw();
  }

  @Override
  public void timingStarted() {
    tellStored();
    names.put(0, "latency");
    doing.put(0, "starting");
    if (!isInteractive) {
      err.println("latency");
    }
    draw();
  }

  @Override
  public void timingWaits(Path shared) {
    err.println((isInteractive ? ANEW : "") + "latency: waits for another process in " + shared);
    draw();
  }

  @Override
  public void timed(Progress progress) {
    doing.put(0, JobProgress.described(progress));
    draw();
  }

  /** Leaves a clean line behind. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException e) {
      // It is being said.
    }
    tellStored();
    clean();
  }

  private void tellStored() {
    if (stored > 0) {
      String line =
          stored == 1 ? "one trial was stored before" : stored + " trials were stored before";
      err.println((isInteractive ? ANEW : "") + line);
      stored = 0;
    }
  }

  private void clean() {
    if (isInteractive) {
      err.print(ANEW);
      err.flush();
    }
  }

  private void interrupted() {
    clean();
    err.printf(
        Locale.ROOT,
        "graft: stopped. What is done is kept: the same command with --output %s goes on.%n",
        folder);
  }

  private void draw() {
    if (!isInteractive || names.isEmpty()) {
      return;
    }
    String running =
        names.entrySet().stream()
            .map(trial -> trial.getValue() + ": " + doing.get(trial.getKey()))
            .collect(Collectors.joining(" | "));
    String time = left(", ");
    int room = SCREEN - time.length();
    err.print(
        ANEW + (running.length() > room ? running.substring(0, room - 3) + "..." : running) + time);
    err.flush();
  }

  private String left(String before) {
    return names.containsValue("latency")
        ? ""
        : left.now()
            .filter(time -> !time.isZero())
            .map(time -> before + "~" + rounded(time) + " of trials left")
            .orElse("");
  }

  /** No more exactly than it can be known. */
  static String rounded(Duration time) {
    long seconds = Math.max(1, time.toSeconds());
    if (seconds < 60) {
      return (seconds + 9) / 10 * 10 + " s";
    }
    long minutes = (seconds + 30) / 60;
    return minutes < 60 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  private String name(int index, String arm, TrialSpec trial) {
    return "[%s/%s] %s, seed %s"
        .formatted(
            index + 1,
            trials,
            isInteractive && arm.length() > LONGEST_NAME
                ? arm.substring(0, LONGEST_NAME - 3) + "..."
                : arm,
            trial.seed()
                + (trial.stage() == Stage.TUNING
                    ? ", tuning " + trial.arm().recipe().rates()
                    : ""));
  }

  private static String result(TrialResult result) {
    int parallel = result.provenance().parallel();
    String quality =
        result
            .test()
            .map(test -> String.format(Locale.ROOT, "%s %.3f, ", test.metric(), test.quality()))
            .orElseGet(
                () ->
                    result.validation().entrySet().stream()
                        .findFirst()
                        .map(
                            first ->
                                String.format(
                                    Locale.ROOT,
                                    "validation %s %.3f, ",
                                    first.getKey(),
                                    first.getValue()))
                        .orElse(""));
    return String.format(
        Locale.ROOT,
        "%strained in %.1f s%s",
        quality,
        result.steps().seconds(),
        parallel > 1 ? ", the threads divided among %s trials".formatted(parallel) : "");
  }

  private static String failure(Outcome outcome) {
    String reason = outcome instanceof TrialFailure failure ? failure.reason() : "no result";
    return "failed: " + reason.lines().findFirst().orElse("");
  }
}
