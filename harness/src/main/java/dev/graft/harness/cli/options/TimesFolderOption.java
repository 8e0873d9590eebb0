package dev.graft.harness.cli.options;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --output} of what is timed. */
public final class TimesFolderOption {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where every time goes (default: results/ and the time).")
  private Optional<Path> folder = Optional.empty();

  /** Absent for one that is named after the time. */
  public Optional<Path> folder() {
    return folder;
  }
}
