package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.harness.json.Json;
import dev.graft.hub.Hub;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** What a process does that was started for a job: the work, and then the answer or the reason. */
public final class JobProcess {
  private static final long REPORT_NANOSECONDS = 200_000_000;

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
  public static void run(String[] args, Work work) {
    Hub.useProxiesForAll();
    Locale.setDefault(Locale.ROOT); // as in the process that started this one
    JobFolder folder = new JobFolder(Path.of(args[0]));
    try {
      Json.write(folder.result(), work.run(folder, listener(folder)));
    } catch (GraftException e) {
      AtomicFile.write(folder.failure(), e.getMessage());
      throw e; // into the log, with its trace
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
