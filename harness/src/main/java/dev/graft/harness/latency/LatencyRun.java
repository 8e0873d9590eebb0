package dev.graft.harness.latency;

import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.job.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A latency measurement: processes one after the other, each of which loads, compiles and times all
 * arms. Some run in any case. How much those differ decides how many more are needed, and the limit
 * how many of them there will be.
 */
public final class LatencyRun {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final LatencyField field;
  private final LatencySpec spec;
  private final JobFolder folder;
  private final List<LatencyJob.Results> done = new ArrayList<>();
  private final long start = System.nanoTime();

  /** Seconds that a process takes at least beside its rounds, to load and to compile. */
  private double besides = Double.MAX_VALUE;

  /**
   * What was found.
   *
   * @param found a result a size; none if it failed
   * @param failure why there is nothing, if there is not
   */
  public record Times(List<LatencyResult> found, Optional<String> failure) {
    public Times {
      found = List.copyOf(found);
    }
  }

  /**
   * Begins now.
   *
   * @param folder that the processes work in, one after the other
   */
  public LatencyRun(LatencyField field, LatencySpec spec, JobFolder folder) {
    this.field = field;
    this.spec = spec;
    this.folder = folder;
  }

  /** Runs all processes. */
  public Times times(Consumer<Progress> listener) {
    ChildJvm child = new ChildJvm(LatencyJob.class, Machine.now(), Optional.empty());
    long planned = spec.processes();
    while (done.size() < planned && (done.size() < spec.processes() || isRoomForOne())) {
      LatencyJob job = new LatencyJob(field, spec, done.size() + 1, seconds());
      folder.prepare(job, PATIENCE);
      long ended = done.size();
      long all = ended < spec.processes() ? planned : Math.min(planned, room());
      double before = elapsed();
      Ending ending = child.run(folder, progress -> listener.accept(overall(progress, ended, all)));
      if (!ending.isDone()) {
        return new Times(List.of(), Optional.of(ending.reason(folder)));
      }
      done.add(LatencyJob.Results.read(folder.result(), field, spec, done));
      besides = Math.min(besides, Math.max(0, elapsed() - before - job.seconds()));
      if (done.size() >= spec.processes()) {
        planned = needed();
      }
    }
    return new Times(results(), Optional.empty());
  }

  private double elapsed() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Whether another process like those before would end within the limit. */
  private boolean isRoomForOne() {
    return room() > done.size();
  }

  /** How many processes like those before the limit allows. */
  private long room() {
    return (long) (done.size() * 60 * spec.limit() / elapsed());
  }

  /** For the rounds of the next process: those that run in any case share the limit. */
  private double seconds() {
    int left = spec.processes() - done.size();
    double share =
        left > 0 ? (60 * spec.limit() - elapsed()) / left : 60 * spec.limit() / spec.processes();
    return Math.max(0, share - (done.isEmpty() ? 0 : besides));
  }

  private Progress overall(Progress progress, long ended, long planned) {
    int sizes = spec.sizes().size();
    return new Progress(
        Progress.Phase.TIMING,
        Math.toIntExact(ended * sizes)
            + (progress.phase() == Progress.Phase.TIMING ? progress.done() : 0),
        Math.toIntExact(planned * sizes),
        Double.NaN);
  }

  private long needed() {
    return results().stream()
        .mapToLong(result -> result.comparison().neededProcesses())
        .max()
        .orElseThrow();
  }

  private List<LatencyResult> results() {
    return LatencyResult.all(field, spec, done);
  }
}
