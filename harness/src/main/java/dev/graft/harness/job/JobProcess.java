package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.harness.json.Json;
import dev.graft.hub.Hub;
import dev.graft.program.Device;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What a process does that was started for a job: the work, and then the answer or the reason. */
public final class JobProcess {
  /** The exit code of a process that can't even write why it ends: Linux's number for it. */
  static final int DISK_FULL = 28;

  /** What a shell says of a process that a hang-up ended. */
  private static final int ORPHANED = 129;

  private static final long REPORT_NANOSECONDS = 200_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private JobProcess() {}

  /** What is to be done, and a record of what came of it. */
  @FunctionalInterface
  public interface Work {
    Object run(JobFolder folder, Consumer<Progress> listener);
  }

  /**
   * Does a job.
   *
   * @param args of the process, as {@link ChildJvm} gives them
   */
  @SuppressWarnings("try") // it is held for as long as the work takes
  public static void run(String[] args, Work work) {
    endWithTheParent();
    Device.preload(); // every job computes
    Hub.useProxiesForAll();
    Locale.setDefault(Locale.ROOT); // as in the process that started this one
    JobFolder folder = new JobFolder(Path.of(args[0]));
    try (LockFile held = folder.hold(PATIENCE)) {
      Json.write(folder.result(), work.run(folder, listener(folder)));
    } catch (RuntimeException | Error e) {
      Shortage.in(e).ifPresent(reason -> tell(folder, reason.getMessage() + Shortage.stock(e)));
      throw e; // into the log, with its trace
    }
  }

  /**
   * Nobody waits for the result of a process whose parent was killed. Its end of the pipe may stay
   * open in a program that it started, so that the process itself is watched too.
   */
  private static void endWithTheParent() {
    Long started = Long.getLong(ChildJvm.PARENT);
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    if (started != null) {
      // Where another is the parent by now, the one that is meant is gone.
      endAfter(
          "parent",
          () -> parent.filter(one -> one.pid() == started).ifPresent(one -> one.onExit().join()));
    }
    endAfter(
        "standard input",
        () -> {
          try {
            System.in.transferTo(OutputStream.nullOutputStream());
          } catch (IOException e) {
            // It can't be asked any more, so it is gone as well.
          }
        });
  }

  private static void endAfter(String what, Runnable waiting) {
    Thread watch =
        new Thread(
            () -> {
              waiting.run();
              Runtime.getRuntime().halt(ORPHANED);
            },
            what);
    watch.setDaemon(true);
    watch.start();
  }

  private static void tell(JobFolder folder, String reason) {
    try {
      AtomicFile.write(folder.failure(), reason);
    } catch (GraftException e) {
      if (Shortage.isFullDisk(e)) {
        System.exit(DISK_FULL);
      }
      throw e;
    }
  }

  /** Passes on what is worth it: the first of each phase, and then a few a second. */
  private static Consumer<Progress> listener(JobFolder folder) {
    return new Consumer<>() {
      private Progress.Phase phase;
      private long last;

      @Override
      public void accept(Progress progress) {
        long now = System.nanoTime();
        if (progress.phase() != phase || now - last > REPORT_NANOSECONDS) {
          phase = progress.phase();
          last = now;
          folder.write(progress);
        }
      }
    };
  }
}
