package dev.graft.harness.store.jdbc;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.TrialColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads stored trials without what is long. */
final class RunQuery {
  private static final String COLUMNS =
      Stream.of(TrialColumn.values()).map(TrialColumn::label).collect(joining(", "));

  private final Handle handle;
  private final Map<String, String> parts = new LinkedHashMap<>();
  private final String where;

  RunQuery(Handle handle, RunFilter filter) {
    this.handle = handle;
    List<String> conditions = new ArrayList<>();
    filter.study().ifPresent(part -> conditions.add(contains("output", part)));
    filter.task().ifPresent(part -> conditions.add(contains("task", part)));
    filter.method().ifPresent(part -> conditions.add(contains("method", part)));
    filter
        .stage()
        .ifPresent(
            stage -> conditions.add(contains("stage", stage.toString().toLowerCase(Locale.ROOT))));
    if (filter.ended() == RunFilter.Ended.FAILED) {
      conditions.add("failure is not null");
    }
    this.where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
  }

  private String contains(String column, String part) {
    parts.put(column, "%" + part.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%");
    return "lower(%s) like :%s escape '!'".formatted(column, column);
  }

  List<StoredRun> runs() {
    Map<Long, Map<String, String>> settings = new LinkedHashMap<>();
    query("select trial, name, value from setting" + inFilter() + " order by trial, name")
        .map((row, context) -> new Setting(row.getLong(1), row.getString(2), row.getString(3)))
        .forEach(
            each ->
                settings
                    .computeIfAbsent(each.trial(), id -> new LinkedHashMap<>())
                    .put(each.name(), each.value()));
    Map<Long, List<Measured>> metrics =
        query(
                "select trial, split, name, value from metric"
                    + inFilter()
                    + " order by trial, split, place")
            .map(RunQuery::measured)
            .stream()
            .collect(groupingBy(Measured::trial));
    Map<Long, Map<String, Double>> costs = new LinkedHashMap<>();
    query("select trial, 'cost', name, value from cost" + inFilter() + " order by trial, place")
        .map(RunQuery::measured)
        .forEach(
            each ->
                costs
                    .computeIfAbsent(each.trial(), id -> new LinkedHashMap<>())
                    .put(each.name(), each.value()));
    return query("select id, " + COLUMNS + " from trial" + where + " order by id")
        .map(
            (row, context) -> {
              long id = row.getLong("id");
              List<Measured> measured = metrics.getOrDefault(id, List.of());
              return new StoredRun(
                  id,
                  columns(row),
                  settings.getOrDefault(id, Map.of()),
                  of("validation", measured),
                  of("test", measured),
                  of("general", measured),
                  costs.getOrDefault(id, Map.of()));
            })
        .list();
  }

  private String inFilter() {
    return where.isEmpty() ? "" : " where trial in (select id from trial" + where + ")";
  }

  private Query query(String sql) {
    return handle.createQuery(sql).bindMap(parts);
  }

  private record Setting(long trial, String name, String value) {}

  private record Measured(long trial, String split, String name, double value) {}

  private static Measured measured(
      ResultSet row, org.jdbi.v3.core.statement.StatementContext context) throws SQLException {
    double value = row.getDouble(4);
    return new Measured(
        row.getLong(1), row.getString(2), row.getString(3), row.wasNull() ? Double.NaN : value);
  }

  private static Map<String, Double> of(String split, List<Measured> measured) {
    return measured.stream()
        .filter(each -> each.split().equals(split))
        .collect(toMap(Measured::name, Measured::value, (one, other) -> one, LinkedHashMap::new));
  }

  private static Map<TrialColumn, Object> columns(ResultSet row) throws SQLException {
    Map<TrialColumn, Object> columns = new EnumMap<>(TrialColumn.class);
    for (TrialColumn column : TrialColumn.values()) {
      Object value =
          switch (column.type()) {
            case TEXT -> row.getString(column.label());
            case WHOLE -> row.getLong(column.label());
            case REAL -> row.getDouble(column.label());
          };
      if (!row.wasNull()) {
        columns.put(column, value);
      }
    }
    return columns;
  }
}
