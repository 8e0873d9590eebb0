package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The folder by which a job in a process of its own gets its task, says how far it is, and answers.
 *
 * @param path of the folder
 */
public record JobFolder(Path path) {
  private static final int LAST_LINES = 4;

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

  /** All that the process said. */
  public Path log() {
    return path.resolve("log.txt");
  }

  private Path progress() {
    return path.resolve("progress.json");
  }

  /** Makes the folder anew, with a task in it. */
  public void prepare(Object task) {
    OutputFolder.createAnew(path);
    Json.write(task(), task);
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

  /** Why a process gave no result. */
  public String reason(int exitCode) {
    try {
      if (Files.exists(failure())) {
        return Files.readString(failure());
      }
      List<String> said =
          new String(Files.readAllBytes(log()), StandardCharsets.UTF_8) // whatever else is in it
              .lines()
              .filter(line -> !line.matches("\\s+(at .*|\\.\\.\\. .*)|"))
              .toList();
      String last =
          said.stream()
              .skip(Math.max(0, said.size() - LAST_LINES))
              .collect(Collectors.joining("%n    ".formatted()));
      return "Its process ended with exit code %s%s.%n  last it said: %s%n  all of it: %s"
          .formatted(exitCode, signal(exitCode), last.isEmpty() ? "nothing" : last, log());
    } catch (IOException e) {
      throw GraftException.machine("A process gave no result, and what it said can't be read.")
          .in(log())
          .expected("its log")
          .found(Folders.reason(e))
          .remedy(
              "check that nothing else writes into the folder, and start the study again with the same output")
          .causedBy(e);
    }
  }

  private static String signal(int exitCode) {
    return exitCode > 128 ? ", by signal " + (exitCode - 128) : "";
  }
}
