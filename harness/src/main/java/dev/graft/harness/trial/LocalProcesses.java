package dev.graft.harness.trial;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.Interruption;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.program.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/** Runs each trial in a process of its own, as many at a time as there are slots. */
public final class LocalProcesses implements TrialExecutor {
  /** A process whose study was killed sees it at once, and ends within a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ChildJvm jvm;
  private final int slots;
  private final BlockingQueue<String> free;

  private LocalProcesses(List<String> devices, ChildJvm jvm) {
    this.jvm = jvm;
    this.slots = devices.size();
    this.free = new ArrayBlockingQueue<>(slots, true, devices);
  }

  /** On this machine, a trial a device at a time. */
  static LocalProcesses on(List<String> devices, Machine machine, Optional<Duration> timeout) {
    return new LocalProcesses(devices, new ChildJvm(Trial.class, machine, timeout));
  }

  /**
   * Starts each trial by another command, on a machine that sees the same files under the same
   * names.
   *
   * @param starter the words before those that start Java, such as {@code srun}, {@code --gpus=1}.
   *     The command must run as long as the trial does and end with its exit code, pass on its
   *     standard input (a trial ends when that does), its environment and its output, and end the
   *     trial when it is killed
   * @param devices of the slots, as {@link Device#named} takes them: one trial runs in each at a
   *     time, on the slot's device where its arm takes any GPU
   * @param timeout the longest that a trial may take, the time that it waits for its place included
   */
  public static LocalProcesses startedBy(
      List<String> starter, List<String> devices, Optional<Duration> timeout) {
    return new LocalProcesses(
        devices, new ChildJvm(Trial.class, Machine.now(), timeout).startedBy(starter));
  }

  /**
   * Runs one trial at a time, with the share of the threads that it had.
   *
   * @param parallel among how many trials they were divided
   */
  public static LocalProcesses alone(int parallel) {
    return on(List.of("cpu"), Machine.now().sharedBy(parallel), Optional.empty());
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
    JobFolder job = new JobFolder(folder.trial(spec));
    Optional<TrialResult> unstored = unstored(spec, job);
    if (unstored.isPresent()) {
      return unstored.get();
    }
    String slot = take();
    try {
      if (spec.arm().untrained()) {
        // Here and not in the trial's process, whose memory is measured; by one at a time.
        synchronized (this) {
          Trial.model(spec, folder);
        }
      }
      job.prepare(new Trial.Job(spec, Places.device(spec.arm().device(), slot)), PATIENCE);
      Ending ending = jvm.run(job, listener);
      return outcome(spec, folder, job, ending);
    } finally {
      free.add(slot);
    }
  }

  private static Outcome outcome(TrialSpec spec, StudyFolder folder, JobFolder job, Ending ending) {
    String reason;
    try {
      if (ending.isDone()) {
        return Json.read(job.result(), TrialResult.class);
      }
      reason = ending.reason(job);
    } catch (GraftException e) { // what it left can't be read
      reason = e.getMessage();
    }
    return new TrialFailure(spec, reason, folder.relative(job.log()));
  }

  private String take() {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Interruption.by(e);
    }
  }

  /** The result of a process that ended well after its study had been killed. */
  private static Optional<TrialResult> unstored(TrialSpec spec, JobFolder job) {
    if (!Files.exists(job.result())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(job.result(), TrialResult.class))
          .filter(result -> result.spec().equals(spec));
    } catch (GraftException e) {
      return Optional.empty(); // damaged: the trial goes on from its last snapshot
    }
  }

  @Override
  public void stored(TrialSpec spec, StudyFolder folder) {
    Path result = new JobFolder(folder.trial(spec)).result();
    try {
      Files.deleteIfExists(result);
    } catch (IOException e) {
      throw Folders.unwritable(result, e);
    }
  }
}
