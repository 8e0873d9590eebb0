package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * How the process of a job ended.
 *
 * @param exitCode 128 and the number of the signal if one ended it
 * @param limit that it ran into; absent if it ended by itself
 * @param progress the last that it told
 * @param memory the bytes that were resident when it was last looked at
 * @param free the bytes that were free then
 */
public record Ending(
    int exitCode,
    Optional<Duration> limit,
    Optional<Progress> progress,
    OptionalLong memory,
    OptionalLong free) {
  private static final int LAST_LINES = 4;

  /** Whether there is a result. */
  public boolean isDone() {
    return exitCode == 0 && limit.isEmpty();
  }

  /** Why there is none, in a few lines. */
  public String reason(JobFolder folder) {
    if (limit.isPresent()) {
      return "It was stopped after %s, as --timeout says, %s.%n  a larger --timeout with the same output lets it run again"
          .formatted(minutes(limit.get()), where());
    }
    try {
      if (Files.exists(folder.failure())) {
        return said(folder.failure());
      }
      if (exitCode == JobProcess.DISK_FULL) {
        return "The disk is full, so that not even the reason could be written.%n  make room on that of %s, and start it again with the same output"
            .formatted(folder.path());
      }
      String last = last(folder);
      String said = "%n  last it said: %s%n  all of it: %s".formatted(last, folder.log());
      return (Signals.isKill(exitCode) ? killed() : exited(last)) + said;
    } catch (IOException e) {
      throw GraftException.machine("A process gave no result, and what it said can't be read.")
          .in(folder.log())
          .expected("its log")
          .found(Folders.reason(e))
          .remedy(
              "check that nothing else writes into the folder, and start the study again with the same output")
          .causedBy(e);
    }
  }

  private String killed() {
    boolean isRoom =
        memory.isPresent() && free.isPresent() && free.getAsLong() > memory.getAsLong();
    return "Its process was killed (signal 9) %s, most likely %s.%n  found: %s%n  %s"
        .formatted(
            where(),
            isRoom
                ? "by a user or another program: there was room for as much again"
                : "by the system because memory ran out",
            memory.isEmpty() ? "how much it used is not known" : used(),
            isRoom
                ? "start it again with the same output"
                : "a smaller --batch-size or --batch-tokens, --max-length or --parallel needs less");
  }

  private String used() {
    return "%s in use by it when last looked at%s"
        .formatted(
            gigabytes(memory.getAsLong()),
            free.isEmpty() ? "" : ", and %s free".formatted(gigabytes(free.getAsLong())));
  }

  private String exited(String last) {
    Optional<String> memory = last.lines().filter(Shortage::isOfAddressSpace).findFirst();
    if (memory.isPresent()) {
      return Shortage.shortOfAddressSpace(memory.get().strip()).getMessage();
    }
    return "Its process ended with exit code %s%s.".formatted(exitCode, Signals.of(exitCode));
  }

  private String where() {
    return progress
        .map(
            at ->
                at.phase() == Progress.Phase.TRAINING
                    ? "in training, at step %s of %s".formatted(at.done(), at.total())
                    : "while " + at.phase().name().toLowerCase(Locale.ROOT))
        .orElse("before it had begun");
  }

  private static String last(JobFolder folder) throws IOException {
    List<String> said =
        said(folder.log())
            .lines()
            .filter(line -> !line.matches("\\s+(at .*|\\.\\.\\. .*)|"))
            .toList();
    List<String> now = said.subList(said.lastIndexOf(folder.lastStart(said)) + 1, said.size());
    return now.isEmpty()
        ? "nothing"
        : now.stream()
            .skip(Math.max(0, now.size() - LAST_LINES))
            .collect(Collectors.joining("%n    ".formatted()));
  }

  /** Text, whatever else is in it. */
  private static String said(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static String minutes(Duration limit) {
    return BigDecimal.valueOf(limit.toMillis())
            .divide(BigDecimal.valueOf(60_000), new MathContext(3))
            .stripTrailingZeros()
            .toPlainString()
        + " minutes";
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
