package dev.graft.harness.cli.terminal;

import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.store.Owner;
import dev.graft.harness.study.StudyListener;
import dev.graft.harness.study.TimeLeft;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells scripts how a study proceeds: a JSON object a line, whose {@code event} says which of the
 * records here it is. What is not known is null.
 */
public final class StudyEvents implements StudyListener {
  private final PrintStream out;
  private final Path folder;
  private final TimeLeft left = new TimeLeft(System::nanoTime);

  /**
   * Writes events.
   *
   * @param folder into which the results go
   */
  public StudyEvents(PrintStream out, Path folder) {
    this.out = out;
    this.folder = folder;
  }

  /** The first: how many trials there are at most, and how many run at a time. */
  record Began(String event, String output, int trials, int slots) {}

  /** A trial runs; {@code index} is its number among those that have begun, from 0. */
  record Started(String event, int index, String arm, long seed, String stage) {}

  /**
   * A trial waits for what comes of it in another process.
   *
   * @param owner which process works on it
   */
  record Waiting(String event, int index, String arm, long seed, String stage, String owner) {}

  /** A running trial got on; {@code secondsLeft} is an estimate for all trials. */
  record Got(
      String event,
      int index,
      String phase,
      int done,
      int total,
      Optional<Double> loss,
      Optional<Double> secondsLeft) {}

  /**
   * A trial has a result.
   *
   * @param stored whether it had it before
   * @param validation the task's first metric, as is {@code test}
   * @param parallel among how many trials the machine's threads were divided, which {@code seconds}
   *     of training depend on
   */
  record Finished(
      String event,
      int index,
      String arm,
      long seed,
      boolean stored,
      Optional<Double> validation,
      Optional<Double> test,
      double seconds,
      int parallel) {}

  /** A trial has none; {@code log} is in the folder for the results. */
  record Failed(String event, int index, String arm, long seed, String reason, String log) {}

  /** Something went wrong that costs no outcome. */
  record Troubled(String event, String what) {}

  /** The latency measurement begins, or got on. */
  record Timing(String event, int done, int total) {}

  /** The latency measurement waits for that of another process in the same folder. */
  record TimingWaits(String event, String folder) {}

  /** The last: whether all that was asked for is there, and the files that were written. */
  record Done(String event, boolean complete, List<String> files) {}

  @Override
  public void began(int trials, int slots) {
    left.began(trials, slots);
    write(new Began("began", folder.toString(), trials, slots));
  }

  @Override
  public void started(int index, String arm, TrialSpec trial) {
    left.started(index, arm, trial);
    write(new Started("started", index, arm, trial.seed(), lower(trial.stage())));
  }

  @Override
  public void waiting(int index, String arm, TrialSpec trial, Owner owner) {
    write(new Waiting("waiting", index, arm, trial.seed(), lower(trial.stage()), owner.toString()));
  }

  @Override
  public void progressed(int index, TrialSpec trial, Progress progress) {
    left.progressed(index, trial, progress);
    write(
        new Got(
            "progress",
            index,
            lower(progress.phase()),
            progress.done(),
            progress.total(),
            Optional.of(progress.loss()).filter(loss -> !loss.isNaN()),
            left.now().map(StudyEvents::seconds)));
  }

  @Override
  public void ended(int index, String arm, Outcome outcome, boolean stored) {
    left.ended(index, arm, outcome, stored);
    long seed = outcome.spec().seed();
    if (outcome instanceof TrialResult result) {
      write(
          new Finished(
              "finished",
              index,
              arm,
              seed,
              stored,
              result.validation().values().stream().findFirst(),
              result.test().map(answers -> answers.quality()),
              result.steps().seconds(),
              result.provenance().parallel()));
    } else {
      TrialFailure failure = (TrialFailure) outcome;
      write(new Failed("failed", index, arm, seed, failure.reason(), failure.log()));
    }
  }

  @Override
  public void troubled(String what) {
    write(new Troubled("troubled", what));
  }

  @Override
  public void timingStarted() {
    write(new Timing("timing", 0, 0));
  }

  @Override
  public void timingWaits(Path shared) {
    write(new TimingWaits("timing-waits", shared.toString()));
  }

  @Override
  public void timed(Progress progress) {
    write(new Timing("timing", progress.done(), progress.total()));
  }

  /** The study is over, and its report written. */
  public void done(boolean complete, List<Path> files) {
    write(new Done("done", complete, files.stream().map(Path::toString).toList()));
  }

  private void write(Object event) {
    out.println(Json.line(event));
    out.flush();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
