package dev.graft.harness.report.runs;

import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.training.Peaks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stored trials in one flat table: what each has in columns of its own, then its recipe, then its
 * metrics, such as {@code test_accuracy}, then what it took, such as {@code steps_seconds}.
 *
 * @param columns types by names
 * @param rows a String, a Long or a Double for each name; what is absent is not there
 */
public record RunsTable(Map<String, TrialColumn.Type> columns, List<Map<String, Object>> rows) {
  public static RunsTable of(List<StoredRun> runs) {
    Map<String, TrialColumn.Type> columns = new LinkedHashMap<>();
    columns.put("id", TrialColumn.Type.WHOLE);
    for (TrialColumn column : TrialColumn.values()) {
      columns.put(column.label(), column.type());
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (StoredRun run : runs) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", run.id());
      run.columns().forEach((column, value) -> row.put(column.label(), value));
      run.settings().forEach((name, value) -> putSetting(columns, row, name, value));
      run.validation()
          .forEach((name, value) -> putMetric(columns, row, "validation_" + name, value));
      run.test().forEach((name, value) -> putMetric(columns, row, "test_" + name, value));
      run.general().forEach((name, value) -> putMetric(columns, row, "general_" + name, value));
      run.costs().forEach((name, value) -> putMetric(columns, row, name, value));
      rows.add(row);
    }
    return new RunsTable(columns, rows);
  }

  /** Rates that were used are numbers; what a recipe says may be words, as "of each method". */
  private static void putSetting(
      Map<String, TrialColumn.Type> columns, Map<String, Object> row, String name, String value) {
    if (name.startsWith(Peaks.RATE)) {
      put(columns, row, underscored(name), TrialColumn.Type.REAL, Double.valueOf(value));
    } else {
      put(columns, row, underscored(name), TrialColumn.Type.TEXT, value);
    }
  }

  private static void putMetric(
      Map<String, TrialColumn.Type> columns, Map<String, Object> row, String name, double value) {
    columns.putIfAbsent(underscored(name), TrialColumn.Type.REAL);
    if (Double.isFinite(value)) {
      row.put(underscored(name), value);
    }
  }

  private static void put(
      Map<String, TrialColumn.Type> columns,
      Map<String, Object> row,
      String name,
      TrialColumn.Type type,
      Object value) {
    // The number of steps that were planned has the name of those that were made.
    String free = columns.get(name) == null || columns.get(name) == type ? name : "recipe_" + name;
    columns.putIfAbsent(free, type);
    row.put(free, value);
  }

  private static String underscored(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", "_");
  }
}
