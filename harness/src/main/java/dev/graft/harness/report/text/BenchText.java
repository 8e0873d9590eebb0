package dev.graft.harness.report.text;

import dev.graft.harness.bench.BenchJob;
import dev.graft.harness.bench.BenchResult;
import dev.graft.harness.bench.BenchSpec;
import dev.graft.harness.bench.Figure;
import dev.graft.harness.bench.FigureTimes;
import dev.graft.harness.bench.FigureTimes.SideFacts;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What {@code graft bench} found, for people. */
public final class BenchText {
  private static final int LINE_WIDTH = 140;
  private static final int WRAPPED = 1;
  private static final double MEBIBYTE = 1 << 20;
  private static final String UNKNOWN = "unknown";
  private static final String NONE = "-";

  private BenchText() {}

  /**
   * A table, and what its numbers mean.
   *
   * @param spec what was asked for
   * @param processes what each found
   */
  public static List<String> lines(BenchSpec spec, List<BenchJob.Results> processes) {
    List<BenchResult> results = BenchResult.all(spec, processes);
    List<List<String>> rows = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (BenchResult result : results) {
      rows.add(row(result, FigureTimes.GRAFT, notes));
      result.others().forEach(side -> rows.add(row(result, side, notes)));
    }
    List<Column> columns =
        List.of(
            Column.left("figure"),
            Column.left("side"),
            Column.right("", "ms"),
            Column.right("", "Graft / it"),
            Column.right("", "differs by"),
            Column.right("memory, MiB", "held"),
            Column.right("memory, MiB", "allocated"),
            Column.right("", "set up"));
    List<String> lines =
        new ArrayList<>(TextTable.lines(new ReportTable(columns, rows), WRAPPED, LINE_WIDTH));
    lines.add("");
    spec.figures().stream()
        .skip(results.size())
        .forEach(figure -> notes.add(name(figure) + ": left out, as the limit was reached."));
    notes.add(
        spec.device().startsWith("gpu")
            ? "held: by what the GPU's use grew during the turns of the side since it began, CUDA's"
                + " own among it, the most within the figure; allocated: by the allocator's count."
            : "held: the resident memory of the side's process, the most within the figure.");
    processes.forEach(
        process ->
            Optional.ofNullable(process.machine().get("CUDA graphs"))
                .ifPresent(use -> notes.add("CUDA graphs of Graft: %s.".formatted(use))));
    notes.add(
        spec.processes() > 1
            ? "Graft / it: of %s processes, each a sample.".formatted(spec.processes())
            : "Graft / it: of one process; another may find another ratio, which takes --processes.");
    notes.forEach(note -> lines.addAll(TextTable.item(note, LINE_WIDTH)));
    return lines;
  }

  private static List<String> row(BenchResult result, String side, Set<String> notes) {
    boolean isGraft = side.equals(FigureTimes.GRAFT);
    var refusal = result.refusal(side);
    String name = name(result.figure());
    if (refusal.isPresent()) {
      notes.add("%s, %s: %s".formatted(name, side, refusal.get()));
      return List.of(name, side, NONE, "refused", NONE, NONE, NONE, NONE);
    }
    boolean isSame = result.isSame(side);
    if (!isSame) {
      notes.add(
          "%s, %s: it computes something else, so that no ratio would mean anything."
              .formatted(name, side));
    }
    return List.of(
        name,
        side,
        Units.fixed(result.milliseconds(side), 3),
        isGraft
            ? "again " + Units.ratio(result.twins())
            : isSame ? Units.ratio(result.ratio(side)) : "not the same",
        isGraft ? NONE : String.format(Locale.ROOT, "%.1e", result.difference(side)),
        mebibytes(result.most(side, SideFacts::held), side + ", held", notes),
        mebibytes(result.most(side, SideFacts::allocated), side + ", allocated", notes),
        Units.seconds(result.processes().get(0).sides().get(side).seconds()));
  }

  private static String name(Figure figure) {
    return "%s %s %s %s"
        .formatted(
            Path.of(figure.model()).getFileName(),
            figure.work().name().toLowerCase(Locale.ROOT),
            figure.arm(),
            figure.size());
  }

  private static String mebibytes(Reading bytes, String what, Set<String> notes) {
    if (bytes.value().isEmpty()) {
      notes.add("%s: %s.".formatted(what, bytes.reason()));
      return UNKNOWN;
    }
    return Units.count(Math.round(bytes.value().get() / MEBIBYTE));
  }
}
