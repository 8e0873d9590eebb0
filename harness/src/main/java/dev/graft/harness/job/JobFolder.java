package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.Leftovers;
import dev.graft.harness.json.Json;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The folder by which a job in a process of its own gets its task, says how far it is, and answers.
 * What else lies in it is the job's own, and stays for a process that goes on with it.
 *
 * @param path of the folder
 */
public record JobFolder(Path path) {
  private static final String STARTED = "--- started ";

  /** What the job shall do. */
  public Path task() {
    return path.resolve("job.json");
  }

  /** What it found. */
  public Path result() {
    return path.resolve("result.json");
  }

  /** The message of a failure that a user can act on. */
  public Path failure() {
    return path.resolve("failure.txt");
  }

  /** All that the processes said that worked on it. */
  public Path log() {
    return path.resolve("log.txt");
  }

  /** What the virtual machine leaves when it crashes. */
  Path crash() {
    return path.resolve("crash.log");
  }

  private Path progress() {
    return path.resolve("progress.json");
  }

  /**
   * Puts a task into the folder, in the place of an earlier one and of what came of it.
   *
   * @param patience with a process of an earlier run that is just ending
   */
  @SuppressWarnings("try") // it is held for as long as the folder is changed
  public void prepare(Object task, Duration patience) {
    OutputFolder.create(path);
    try (LockFile held = hold(patience)) {
      for (Path file : List.of(result(), failure(), progress(), crash())) {
        Files.deleteIfExists(file);
      }
      Leftovers.delete(path);
      Json.write(task(), task);
      Files.writeString(
          log(),
          STARTED + Instant.now().truncatedTo(ChronoUnit.SECONDS) + System.lineSeparator(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw Folders.unwritable(unusable(e), e);
    }
  }

  /** The file that is to blame, or the folder where none is. */
  private Path unusable(IOException e) {
    return e instanceof FileSystemException failure && failure.getFile() != null
        ? Path.of(failure.getFile())
        : path;
  }

  /** The line of a log with which the last process began. */
  String lastStart(List<String> log) {
    return log.stream()
        .filter(line -> line.startsWith(STARTED))
        .reduce((earlier, later) -> later)
        .orElse("");
  }

  /**
   * Keeps out other processes that work in it.
   *
   * @param patience with one that does now
   */
  LockFile hold(Duration patience) {
    return LockFile.take(
        path.resolve("running.lock"),
        waited -> {
          if (waited.compareTo(patience) > 0) {
            throw GraftException.machine("Another process still works in %s.", path)
                .expected("that it ends with the study that started it")
                .remedy("end it, and start the study again with the same output");
          }
        });
  }

  /**
   * Keeps out other studies that would give it a task: from before it is prepared until what came
   * of it has been read. One that does so now is waited for.
   *
   * @param waiting hears so, at most once
   */
  public LockFile reserve(Runnable waiting) {
    OutputFolder.create(path);
    return LockFile.take(
        path.resolve("reserved.lock"),
        waited -> {
          if (waited.isZero()) {
            waiting.run();
          }
        });
  }

  /** Tells the other process how far this one is. */
  public void write(Progress progress) {
    try {
      Files.writeString(progress(), Json.line(progress));
    } catch (IOException e) {
      throw GraftException.machine("%s can't be written.", progress())
          .found(e instanceof NoSuchFileException ? "its folder is not there" : Folders.reason(e))
          .remedy(
              "check that nothing removes the folder and the disk has room, and start the study again with the same output")
          .causedBy(e);
    }
  }

  /** How far the other process is, if it has said so and isn't just saying it. */
  public Optional<Progress> progressed() {
    try {
      return Optional.of(Json.read(Files.readString(progress()), Progress.class));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
