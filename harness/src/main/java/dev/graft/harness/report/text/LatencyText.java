package dev.graft.harness.report.text;

import dev.graft.harness.latency.Circumstances;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.latency.LatencyComparison.Verdict;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a latency measurement found, for people. */
public final class LatencyText {
  private static final int LINE_WIDTH = 120;
  private static final int ARM = 1;
  private static final String NONE = "-";

  /** Of percentages. */
  private static final int DECIMALS = 1;

  /** Below this share of the time that a caller waits the device is rather idle than busy. */
  private static final double BUSY = 0.7;

  private LatencyText() {}

  /** Tables, and what they say. */
  public static List<String> lines(List<LatencyResult> results) {
    List<String> lines = new ArrayList<>(TextTable.lines(table(results), ARM, LINE_WIDTH));
    lines.add("");
    lines.addAll(notes(results));
    return lines;
  }

  /** What the numbers are worth, and where they were found. */
  public static List<String> notes(List<LatencyResult> results) {
    List<String> lines = new ArrayList<>(TextTable.lines(worth(results), 0, LINE_WIDTH));
    lines.add("");
    sentences(results).forEach(sentence -> lines.addAll(TextTable.item(sentence, LINE_WIDTH)));
    lines.add("");
    results.stream().findFirst().ifPresent(result -> lines.addAll(circumstances(result)));
    return lines;
  }

  private static ReportTable worth(List<LatencyResult> results) {
    boolean isOnDevice = results.stream().anyMatch(result -> busy(result).isPresent());
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.left("batch"),
                Column.right("processes", "run"),
                Column.right("processes", "needed"),
                Column.right("", "rounds"),
                Column.left("steady"),
                Column.right("", "the base again")));
    if (isOnDevice) {
      columns.add(Column.right("", "device busy"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (LatencyResult result : results) {
      Estimate twins = result.comparison().twins();
      List<String> row =
          new ArrayList<>(
              List.of(
                  result.size().toString(),
                  Units.count(result.processes().size()),
                  Units.count(result.comparison().neededProcesses()),
                  Units.count(result.rounds()),
                  result.steady() ? "yes" : "no",
                  percent(twins)));
      if (isOnDevice) {
        OptionalDouble busy = busy(result);
        row.add(busy.isPresent() ? Units.share(busy.getAsDouble()) : NONE);
      }
      rows.add(row);
    }
    return new ReportTable(columns, rows);
  }

  private static ReportTable table(List<LatencyResult> results) {
    boolean isOnDevice = results.stream().anyMatch(result -> !costs(result).isEmpty());
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.left("batch"),
                Column.left("arm"),
                Column.right("a caller waits", "ms"),
                Column.right("a caller waits", "/ base"),
                Column.left("verdict")));
    if (isOnDevice) {
      columns.add(Column.right("on the device", "ms"));
      columns.add(Column.right("on the device", "kernels"));
      columns.add(Column.right("on the device", "mJ"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (LatencyResult result : results) {
      rows.add(
          row(
              isOnDevice,
              result,
              ProcessTimes.BASE,
              List.of(milliseconds(result.comparison().baseMilliseconds()), "1", "")));
      for (ArmLatency arm : result.comparison().arms()) {
        rows.add(
            row(
                isOnDevice,
                result,
                arm.name(),
                List.of(
                    milliseconds(arm.milliseconds()),
                    Units.interval(arm.ratio(), 3),
                    word(arm.verdict()))));
      }
    }
    return new ReportTable(columns, rows);
  }

  private static List<String> row(
      boolean isOnDevice, LatencyResult result, String arm, List<String> waits) {
    Stream<String> device =
        Stream.of(
            cost(result, arm, "%.3f", cost -> cost.milliseconds().value()),
            cost(result, arm, "%.0f", cost -> cost.kernels().value()),
            cost(result, arm, "%.1f", cost -> cost.joules().value().map(joules -> 1e3 * joules)));
    return Stream.of(
            Stream.of(result.size().toString(), arm),
            waits.stream(),
            isOnDevice ? device : Stream.<String>of())
        .flatMap(cells -> cells)
        .toList();
  }

  private static String cost(
      LatencyResult result,
      String arm,
      String format,
      Function<DeviceCost, Optional<Double>> which) {
    OptionalDouble found = result.cost(arm, which);
    return found.isPresent() ? Units.format(format, found.getAsDouble()) : NONE;
  }

  static String milliseconds(double milliseconds) {
    return Units.format(milliseconds < 99.95 ? "%.2f" : "%.1f", milliseconds);
  }

  /** What a ratio is above or below 1. */
  static String percent(double ratio) {
    return Units.beyondOne(ratio, DECIMALS);
  }

  /** The same with its interval. */
  static String percent(Estimate ratio) {
    return Units.beyondOne(ratio, DECIMALS);
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case EQUIVALENT -> "equal";
      case SLOWER -> "slower";
      case FASTER -> "faster";
      case INCONCLUSIVE, TOO_NOISY -> "not decided";
    };
  }

  private static List<String> sentences(List<LatencyResult> results) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Two copies of the base differ by as much as the column 'the base again' says, with 95% intervals, in as many rounds or more of each process.");
    if (results.stream().anyMatch(result -> !result.steady())) {
      sentences.add("Where 'steady' is 'no', times had not settled when the rounds began.");
    }
    results.stream()
        .filter(result -> result.comparison().neededProcesses() > result.processes().size())
        .findFirst()
        .ifPresent(
            result ->
                sentences.add(
                    "Where more processes are needed than were run, the limit was reached: by what the first differ, so many would make all intervals narrower than %s."
                        .formatted(Units.chosen(result.comparison().margin()))));
    if (results.stream().anyMatch(result -> busy(result).isPresent())) {
      sentences.add(
          "Where the base keeps the device busy for less than %s of the time that its caller waits, what methods cost is above all the launches of their kernels, elsewhere their arithmetic."
              .formatted(Units.chosen(BUSY)));
    }
    results.stream().flatMap(result -> missing(result).stream()).distinct().forEach(sentences::add);
    return sentences;
  }

  /** Whether launches or arithmetic are waited for. */
  public static Optional<String> cause(LatencyResult result) {
    OptionalDouble busy = busy(result);
    if (busy.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "At %s the base keeps the device busy for %s of the time that its caller waits, so that what methods cost is above all %s."
            .formatted(
                result.size(),
                Units.share(busy.getAsDouble()),
                busy.getAsDouble() < BUSY ? "the launches of their kernels" : "their arithmetic"));
  }

  /** The share of the time that a caller of the base waits in which the device is at work. */
  private static OptionalDouble busy(LatencyResult result) {
    OptionalDouble device = result.cost(ProcessTimes.BASE, cost -> cost.milliseconds().value());
    return device.isPresent()
        ? OptionalDouble.of(
            Math.min(1, device.getAsDouble() / result.comparison().baseMilliseconds()))
        : device;
  }

  /** Why there are no numbers of the device. */
  private static Optional<String> missing(LatencyResult result) {
    List<String> reasons =
        Stream.of(
                why("time", DeviceCost::milliseconds, result),
                why("kernels", DeviceCost::kernels, result),
                why("energy", DeviceCost::joules, result))
            .flatMap(Optional::stream)
            .toList();
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of("On the device, not measured: %s.".formatted(String.join("; ", reasons)));
  }

  /** The reason of the last one that tried, if none could. */
  private static Optional<String> why(
      String what, Function<DeviceCost, Reading> which, LatencyResult result) {
    List<Reading> readings = costs(result).stream().map(which).toList();
    return readings.stream().anyMatch(reading -> reading.value().isPresent())
        ? Optional.empty()
        : readings.stream()
            .map(reading -> "%s (%s)".formatted(what, reading.reason()))
            .reduce((earlier, later) -> later);
  }

  private static List<DeviceCost> costs(LatencyResult result) {
    return result.processes().stream()
        .flatMap(process -> process.costs().values().stream())
        .toList();
  }

  /** Of the first process; the file has them all. */
  private static List<String> circumstances(LatencyResult result) {
    Circumstances first = result.circumstances().get(0);
    List<String> lines = new ArrayList<>();
    first.machine().forEach((name, value) -> lines.add("%s: %s".formatted(name, value)));
    first
        .before()
        .forEach(
            (name, before) -> {
              String after = first.after().get(name);
              lines.add(
                  before.equals(after)
                      ? "%s: %s".formatted(name, before)
                      : "%s: %s; after the rounds %s".formatted(name, before, after));
            });
    return lines;
  }
}
