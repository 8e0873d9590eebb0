package dev.graft.harness.cli.options;

import dev.graft.GraftException;
import dev.graft.harness.latency.LatencySpec;
import java.util.List;
import picocli.CommandLine.Option;

/** How long is timed. */
public final class TimingOptions {
  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "Processes in any case, 3 at least; more run if these differ much"
              + " (default: ${DEFAULT-VALUE}).")
  private Integer processes = 5;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Passes of each arm a process and size, at least (default: ${DEFAULT-VALUE}).")
  private Integer rounds = LatencySpec.DEFAULT.rounds();

  @Option(
      names = "--margin",
      paramLabel = "SHARE",
      description = "The difference that matters (default: ${DEFAULT-VALUE}).")
  private Margin margin = new Margin(LatencySpec.DEFAULT.margin());

  @Option(
      names = "--limit",
      paramLabel = "MINUTES",
      description = "What began in this time is ended (default: ${DEFAULT-VALUE}).")
  private Double limit = 10.0;

  /** With these sizes. */
  public LatencySpec spec(List<LatencySpec.Size> sizes) {
    require("--processes", processes, LatencySpec.FEWEST_PROCESSES, LatencySpec.MOST_PROCESSES);
    require("--rounds", rounds, LatencySpec.FEWEST_ROUNDS, LatencySpec.MOST_ROUNDS);
    requireMinutes("--limit", limit);
    return new LatencySpec(sizes, processes, rounds, margin.value(), limit);
  }

  /** Refuses minutes that are none. */
  public static void requireMinutes(String option, double value) {
    if (!(value > 0 && value <= LatencySpec.MOST_MINUTES)) {
      throw wrong(option, "minutes above 0, at most " + LatencySpec.MOST_MINUTES, value);
    }
  }

  /** Refuses a number that is out of bounds. */
  public static void require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw wrong(option, "a whole number from %s to %s".formatted(least, most), value);
    }
  }

  private static GraftException wrong(String option, String expected, Object found) {
    return GraftException.input("The option %s can't be %s.", option, found)
        .expected("%s", expected);
  }
}
