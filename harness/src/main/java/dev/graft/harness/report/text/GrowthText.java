package dev.graft.harness.report.text;

import dev.graft.harness.bench.growth.Growth;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How time and memory grow, for people. */
public final class GrowthText {
  private static final int LINE_WIDTH = 120;
  private static final int DECIMALS = 2;

  private GrowthText() {}

  /** The curves, and their exponents beside the plan's. */
  public static List<String> lines(List<Growth> axes) {
    List<String> lines = new ArrayList<>(TextTable.lines(curves(axes), 0, LINE_WIDTH));
    lines.add("");
    lines.addAll(TextTable.lines(exponents(axes), 0, LINE_WIDTH));
    lines.add("");
    notes(axes).forEach(note -> lines.addAll(TextTable.item(note, LINE_WIDTH)));
    return lines;
  }

  private static ReportTable curves(List<Growth> axes) {
    List<Column> columns =
        List.of(
            Column.left("of"),
            Column.right("", "size"),
            Column.right("", "ms"),
            Column.right("", "operations"),
            Column.right("memory", "measured"),
            Column.right("memory", "planned"));
    return new ReportTable(
        columns,
        axes.stream()
            .flatMap(
                axis ->
                    axis.points().stream()
                        .map(
                            point ->
                                List.of(
                                    axis.axis().toString(),
                                    Units.count(point.size()),
                                    Units.fixed(point.milliseconds(), 3),
                                    Units.flops(Math.round(point.flops())),
                                    point
                                        .bytes()
                                        .value()
                                        .map(bytes -> Units.bytes(Math.round(bytes)))
                                        .orElse("unknown"),
                                    Units.bytes(Math.round(point.planned())))))
            .toList());
  }

  private static ReportTable exponents(List<Growth> axes) {
    List<Column> columns =
        List.of(
            Column.left("grows with"),
            Column.right("time, as the power", "measured"),
            Column.right("time, as the power", "planned"),
            Column.right("memory, as the power", "measured"),
            Column.right("memory, as the power", "planned"),
            Column.left(""));
    return new ReportTable(
        columns,
        axes.stream()
            .map(
                axis ->
                    List.of(
                        axis.axis().toString(),
                        Units.interval(axis.time(), DECIMALS),
                        Units.fixed(axis.plannedTime(), DECIMALS),
                        axis.memory().map(power -> Units.fixed(power, DECIMALS)).orElse("unknown"),
                        Units.fixed(axis.plannedMemory(), DECIMALS),
                        axis.isSteeper() ? "steeper than planned" : ""))
            .toList());
  }

  private static Set<String> notes(List<Growth> axes) {
    Set<String> notes = new LinkedHashSet<>();
    notes.add(
        "Planned time: as the floating-point operations grow; a device that waits for launches or"
            + " for memory grows more slowly while it does.");
    notes.add(
        "Measured memory: beyond what the process held before the first size, the allocator's"
            + " reserve among it; planned memory: weights, what is trained, and what a step keeps.");
    axes.stream()
        .flatMap(axis -> axis.points().stream())
        .filter(point -> point.bytes().value().isEmpty())
        .forEach(point -> notes.add("Memory is unknown: %s.".formatted(point.bytes().reason())));
    return notes;
  }
}
