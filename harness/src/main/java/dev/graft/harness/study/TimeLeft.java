package dev.graft.harness.study;

import dev.graft.harness.job.Progress;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Estimates how long the trials of a study will still take, from those that have ended and from how
 * far the others are. Nothing is said before anything is known. Trials that are stored count
 * nothing.
 */
public final class TimeLeft implements StudyListener {
  /** A smaller share of a training says nothing: its first steps compile. */
  private static final double FEWEST = 0.1;

  private final LongSupplier nanoseconds;
  private final Map<Integer, Running> running = new HashMap<>();
  private int trials;
  private int slots = 1;
  private int begun;
  private int ended;
  private double endedSeconds;

  /** One that looks at a clock. */
  public TimeLeft(LongSupplier nanoseconds) {
    this.nanoseconds = nanoseconds;
  }

  /** A trial that runs: when it began, and the share of its training that is done. */
  private record Running(long begin, double share) {}

  @Override
  public void began(int most, int atATime) {
    trials = most;
    slots = atATime;
  }

  @Override
  public void started(int index, String arm, TrialSpec trial) {
    begun++;
    running.put(index, new Running(nanoseconds.getAsLong(), 0));
  }

  @Override
  public void progressed(int index, TrialSpec trial, Progress progress) {
    Running one = running.get(index);
    if (one != null && progress.phase() == Progress.Phase.TRAINING && progress.total() > 0) {
      running.put(index, new Running(one.begin, (double) progress.done() / progress.total()));
    }
  }

  @Override
  public void ended(int index, String arm, Outcome outcome, boolean stored) {
    Running one = running.remove(index);
    if (one == null) {
      begun++; // stored, so that it did not have to start
    } else if (outcome instanceof TrialResult) {
      ended++;
      endedSeconds += seconds(one);
    }
  }

  private double seconds(Running one) {
    return (nanoseconds.getAsLong() - one.begin) / 1e9;
  }

  /** What is left of all trials; absent while nothing is known. */
  public Optional<Duration> now() {
    double each = each();
    if (Double.isNaN(each)) {
      return Optional.empty();
    }
    double longest = 0;
    double sum = Math.max(0, trials - begun) * each;
    for (Running one : running.values()) {
      double whole = one.share >= FEWEST ? seconds(one) / one.share : each;
      double left = Math.max(0, whole - seconds(one));
      longest = Math.max(longest, left);
      sum += left;
    }
    return Optional.of(Duration.ofMillis(Math.round(1000 * Math.max(longest, sum / slots))));
  }

  /** How long a trial takes of which nothing else is known. */
  private double each() {
    return ended > 0
        ? endedSeconds / ended
        : running.values().stream()
            .filter(one -> one.share >= FEWEST)
            .mapToDouble(one -> seconds(one) / one.share)
            .average()
            .orElse(Double.NaN);
  }
}
