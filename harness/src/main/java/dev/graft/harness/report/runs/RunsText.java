package dev.graft.harness.report.runs;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.TrialColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stored trials as a table, one a line. */
public final class RunsText {
  private static final int WIDTH = 120;
  private static final List<Column> COLUMNS =
      List.of(
          Column.right("", "id"),
          Column.left("study"),
          Column.left("task"),
          Column.left("method"),
          Column.left("stage"),
          Column.right("", "seed"),
          Column.right("", "parameters"),
          Column.right("", "steps"),
          Column.right("", "training"),
          Column.left("result"));
  private static final int METHOD = 3;
  private static final int LONGEST_REASON = 60;

  private RunsText() {}

  public static List<String> lines(List<StoredRun> runs) {
    if (runs.isEmpty()) {
      return List.of("No stored trial is like that.");
    }
    List<String> lines = new ArrayList<>();
    lines.addAll(
        TextTable.lines(
            new ReportTable(COLUMNS, runs.stream().map(RunsText::row).toList()), METHOD, WIDTH));
    long failed = runs.stream().filter(run -> run.text(TrialColumn.FAILURE).isPresent()).count();
    lines.add("");
    lines.add("%s, %s failed".formatted(Units.count(runs.size(), "trial"), Units.count(failed)));
    return lines;
  }

  private static List<String> row(StoredRun run) {
    long untrained = run.whole(TrialColumn.UNTRAINED).orElse(0L);
    return List.of(
        String.valueOf(run.id()),
        last(run.text(TrialColumn.OUTPUT).orElse("")),
        last(run.text(TrialColumn.TASK).orElse("")),
        run.text(TrialColumn.METHOD).orElse("") + (untrained == 1 ? " (untrained host)" : ""),
        run.text(TrialColumn.STAGE).orElse(""),
        run.whole(TrialColumn.SEED).map(String::valueOf).orElse(""),
        run.whole(TrialColumn.METHOD_PARAMETERS).map(Units::count).orElse(""),
        run.whole(TrialColumn.STEPS).map(Units::count).orElse(""),
        run.real(TrialColumn.TRAINING_SECONDS).map(Units::seconds).orElse(""),
        result(run));
  }

  private static String result(StoredRun run) {
    if (run.text(TrialColumn.FAILURE).isPresent()) {
      String reason = run.text(TrialColumn.FAILURE).get().lines().findFirst().orElse("");
      return "failed: "
          + (reason.length() > LONGEST_REASON
              ? reason.substring(0, LONGEST_REASON - 3) + "..."
              : reason);
    }
    return run.test().isEmpty()
        ? first("validation ", run.validation())
        : first("test ", run.test());
  }

  private static String first(String split, Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .findFirst()
        .map(entry -> Units.format("%s%s %.3f", split, entry.getKey(), entry.getValue()))
        .orElse("");
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
