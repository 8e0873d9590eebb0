package dev.graft.harness.experiment;

import dev.graft.GraftException;
import dev.graft.api.Methods;
import dev.graft.checkpoint.AtomicFile;
import dev.graft.harness.store.Json;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The main class of the processes in which trials and latency measurements run. */
public final class Job {
  private static final long REPORT_NANOSECONDS = 200_000_000;

  /** What a process is for. */
  enum Kind {
    TRIAL,
    LATENCY
  }

  private Job() {}

  /**
   * Runs a job.
   *
   * @param args the kind, and the job's folder
   */
  public static void main(String[] args) {
    JobFolder folder = new JobFolder(Path.of(args[1]));
    try {
      Json.write(folder.result(), run(Kind.valueOf(args[0]), folder));
    } catch (GraftException e) {
      AtomicFile.write(folder.failure(), e.getMessage());
      throw e; // into the log, with its trace
    }
  }

  private static Object run(Kind kind, JobFolder folder) {
    Methods methods = Methods.installed();
    Consumer<Progress> listener = listener(folder);
    return switch (kind) {
      case TRIAL -> {
        TrialSpec spec = Json.read(folder.task(), TrialSpec.class);
        StudyFolder study = StudyFolder.ofTrial(folder.path());
        yield new Trial(spec, study, listener).run(methods);
      }
      case LATENCY -> Json.read(folder.task(), LatencyJob.class).run(methods, listener);
    };
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
