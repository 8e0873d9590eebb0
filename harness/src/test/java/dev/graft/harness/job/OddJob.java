package dev.graft.harness.job;

import dev.graft.files.AtomicFile;
import dev.graft.harness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A job of a process that ends as its task says. */
public final class OddJob {
  private OddJob() {}

  /** How it ends. */
  enum End {
    WELL,
    NEVER,
    FULL_DISK,
    FULL_GPU,
    FULL_HEAP,
    LARGE_FILE,
    SILENTLY_FULL
  }

  record Task(End end) {}

  /**
   * What it leaves.
   *
   * @param without the optimisations that it was told to leave out
   */
  record Result(String said, String without) {
    Result(String said) {
      this(said, "");
    }
  }

  public static void main(String[] args) {
    JobProcess.run(
        args,
        (job, listener) -> {
          listener.accept(new Progress(Progress.Phase.TRAINING, 3, 8, 0.5));
          try {
            return switch (Json.read(job.task(), Task.class).end()) {
              case WELL -> new Result("done", System.getProperty("graft.without", ""));
              case NEVER -> {
                Files.writeString(
                    job.path().resolve(".half.01234567-89ab-cdef-0123-456789abcdef"), "ha");
                TimeUnit.MINUTES.sleep(5);
                yield new Result("late");
              }
              case FULL_DISK -> throw full(job.path());
              case FULL_GPU ->
                  throw new IllegalStateException("CUDA out of memory. Tried to allocate 2 GiB");
              case FULL_HEAP -> new Result("" + new long[Integer.MAX_VALUE - 8].length);
              case LARGE_FILE -> {
                AtomicFile.write(job.path().resolve("large"), "large".repeat(10_000));
                yield new Result("written");
              }
              case SILENTLY_FULL -> {
                System.exit(JobProcess.DISK_FULL);
                yield new Result("gone");
              }
            };
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static IOException full(Path file) {
    return new FileSystemException(file.getFileName().toString(), null, "No space left on device");
  }
}
