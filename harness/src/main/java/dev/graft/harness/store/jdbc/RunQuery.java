package dev.graft.harness.store.jdbc;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.graft.harness.store.Damaged;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.training.Peaks;
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
import org.jdbi.v3.core.statement.StatementContext;

/** Reads stored trials without what is long. */
final class RunQuery {
  private static final String COLUMNS =
      Stream.of(TrialColumn.values()).map(TrialColumn::label).collect(joining(", "));

  private final Handle handle;
  private final String store;
  private final Map<String, String> parts = new LinkedHashMap<>();
  private final String where;

  /**
   * A query.
   *
   * @param store the name of the store
   */
  RunQuery(Handle handle, String store, RunFilter filter) {
    this.handle = handle;
    this.store = store;
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
        .map(this::setting)
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
            .map(this::measured)
            .stream()
            .collect(groupingBy(Measured::trial));
    Map<Long, Map<String, Double>> costs = new LinkedHashMap<>();
    query("select trial, 'cost', name, value from cost" + inFilter() + " order by trial, place")
        .map(this::measured)
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

  private Setting setting(ResultSet row, StatementContext context) throws SQLException {
    Setting setting = new Setting(row.getLong(1), row.getString(2), row.getString(3));
    if (setting.name().startsWith(Peaks.RATE)) {
      number(setting.trial(), setting.name(), parsed(setting.value()), Number.class);
    }
    return setting;
  }

  private Measured measured(ResultSet row, StatementContext context) throws SQLException {
    long trial = row.getLong(1);
    String name = row.getString(3);
    Double value = real(trial, name, row.getObject(4));
    return new Measured(trial, row.getString(2), name, value == null ? Double.NaN : value);
  }

  private static Map<String, Double> of(String split, List<Measured> measured) {
    return measured.stream()
        .filter(each -> each.split().equals(split))
        .collect(toMap(Measured::name, Measured::value, (one, other) -> one, LinkedHashMap::new));
  }

  private Map<TrialColumn, Object> columns(ResultSet row) throws SQLException {
    long id = row.getLong("id");
    Map<TrialColumn, Object> columns = new EnumMap<>(TrialColumn.class);
    for (TrialColumn column : TrialColumn.values()) {
      String name = column.label();
      Object value =
          switch (column.type()) {
            case TEXT -> row.getString(name);
            case WHOLE -> whole(id, name, row.getObject(name));
            case REAL -> real(id, name, row.getObject(name));
          };
      if (value != null) {
        columns.put(column, value);
      }
    }
    return columns;
  }

  private static Object parsed(String value) {
    try {
      return Double.valueOf(value);
    } catch (NumberFormatException e) {
      return value;
    }
  }

  private Long whole(long trial, String name, Object found) {
    Object whole = found instanceof Integer small ? (Object) small.longValue() : found;
    return number(trial, name, whole, Long.class);
  }

  private Double real(long trial, String name, Object found) {
    Number real = number(trial, name, found, Number.class);
    return real == null ? null : (Double) real.doubleValue();
  }

  /** SQLite keeps anything anywhere, and would give a number for it. */
  private <N extends Number> N number(long trial, String name, Object found, Class<N> type) {
    if (found != null && !type.isInstance(found)) {
      throw Damaged.trial(store, trial, "'%s' as its %s".formatted(found, name));
    }
    return type.cast(found);
  }
}
