package dev.graft.harness.cli.terminal;

import dev.graft.GraftException;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencyRun;
import dev.graft.harness.latency.LatencySpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The folder of latency measurements: where they run, and where all that they found is kept. */
public final class LatencyReport {
  private final Path folder;
  private final Terminal terminal;

  /** What a file holds. */
  public record Measurement(LatencySpec spec, List<LatencyResult> sizes) {}

  private LatencyReport(Path folder, Terminal terminal) {
    this.folder = folder;
    this.terminal = terminal;
  }

  /**
   * Makes the folder.
   *
   * @param output if absent one that is named after the time
   */
  public static LatencyReport in(Optional<Path> output, Terminal terminal) {
    Path folder = OutputFolder.ofResults(output).toAbsolutePath().normalize();
    OutputFolder.create(folder);
    return new LatencyReport(folder, terminal);
  }

  public Path folder() {
    return folder;
  }

  /**
   * Measures, and keeps every time.
   *
   * @param name of the measurement among those of this folder
   */
  public List<LatencyResult> of(LatencyField field, LatencySpec spec, String name) {
    JobFolder job = new JobFolder(folder.resolve(name));
    LatencyRun.Times times;
    try (JobProgress progress = new JobProgress(terminal)) {
      times = new LatencyRun(field, spec, job).times(progress);
    }
    require(times.failure(), job);
    Json.write(folder.resolve(name + ".json"), new Measurement(spec, times.found()));
    return times.found();
  }

  /**
   * Refuses to go on after a failure.
   *
   * @param job that failed, if there is one
   */
  public static void require(Optional<String> failure, JobFolder job) {
    if (failure.isPresent()) {
      throw GraftException.machine("Nothing was timed. %s", failure.get()).line("log", job.log());
    }
  }

  /** Says where everything is. */
  public void tellWhere() {
    terminal.out().println();
    terminal.out().println("Every time, clock and version is in " + folder + ".");
  }
}
