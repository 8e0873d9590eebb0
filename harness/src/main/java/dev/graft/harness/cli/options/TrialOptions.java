package dev.graft.harness.cli.options;

import dev.graft.harness.trial.ExecutorOptions;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the trials of a study are run and told of. */
public final class TrialOptions {
  @Option(
      names = "--executor",
      paramLabel = "NAME",
      description = "What runs trials: local, or what a plugin brings (default: local).")
  private Optional<String> executor = Optional.empty();

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Trials at a time (default: one a GPU; on a CPU by cores and memory).")
  private Optional<Integer> parallel = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "MINUTES",
      description = "The longest that a trial may take (default: any time).")
  private Optional<Double> timeout = Optional.empty();

  @Option(
      names = "--json",
      description = "Write events to the standard output, a JSON object a line.")
  private boolean json;

  public ExecutorOptions executor() {
    return new ExecutorOptions(
        executor,
        parallel,
        timeout.map(minutes -> Duration.ofMillis(Math.round(60_000 * minutes))));
  }

  /** Whether events are wanted in the place of a table. */
  public boolean events() {
    return json;
  }
}
