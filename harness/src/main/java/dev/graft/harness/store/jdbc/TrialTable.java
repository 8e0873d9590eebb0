package dev.graft.harness.store.jdbc;

import static java.util.stream.Collectors.joining;

import dev.graft.files.Folders;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.store.Damaged;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/** Outcomes, whole as JSON and in columns by which they are found. */
final class TrialTable {
  private static final TrialColumn[] COLUMNS = TrialColumn.values();
  private static final String INSERT =
      "insert into trial (%s, record) values (%s, ?)"
          .formatted(
              Stream.of(COLUMNS).map(TrialColumn::label).collect(joining(", ")),
              String.join(", ", Collections.nCopies(COLUMNS.length, "?")));

  private static final String SELECT =
      "select id, trial_key, output, failure is not null as failed, record from trial ";

  /** Databases take no more than some thousands in one query. */
  private static final int KEYS_AT_ONCE = 500;

  private final String store;
  private final NumberTable numbers;

  /**
   * The table.
   *
   * @param store the name of the store
   */
  TrialTable(String store, NumberTable numbers) {
    this.store = store;
    this.numbers = numbers;
  }

  /**
   * An outcome.
   *
   * @param key of its trial
   * @param output the folder of the study that had it run
   */
  private record Stored(long id, String key, String output, boolean hasFailed, String record) {}

  /** Adds an outcome. */
  void add(Handle handle, TrialColumn.Row row) {
    String record = numbers.write(handle, row.outcome());
    long id = inserted(handle, row, record);
    addSettings(handle, id, row.inputs().spec().arm().recipe().written());
    if (row.outcome() instanceof TrialResult result) {
      result.peaks().ifPresent(peaks -> addSettings(handle, id, peaks.written()));
      addMetrics(handle, id, "validation", labelled(result.validation()));
      result.test().ifPresent(test -> addMetrics(handle, id, "test", labelled(test.metrics())));
      result.forgetting().ifPresent(found -> addMetrics(handle, id, "general", found.summary()));
      result.costs().ifPresent(costs -> addCosts(handle, id, costs.numbers()));
    }
  }

  private static long inserted(Handle handle, TrialColumn.Row row, String record) {
    try (Update insert = handle.createUpdate(INSERT)) {
      for (int i = 0; i < COLUMNS.length; i++) {
        Object value = COLUMNS[i].of(row);
        switch (COLUMNS[i].type()) {
          case TEXT -> insert.bind(i, (String) value);
          case WHOLE -> insert.bind(i, (Long) value);
          case REAL -> insert.bind(i, (Double) value);
        }
      }
      insert.bind(COLUMNS.length, record);
      return insert.executeAndReturnGeneratedKeys("id").mapTo(Long.class).one();
    }
  }

  private static void addSettings(Handle handle, long id, Map<String, String> settings) {
    try (PreparedBatch batch =
        handle.prepareBatch("insert into setting (trial, name, value) values (?, ?, ?)")) {
      settings.forEach((name, value) -> batch.add(id, name, value));
      batch.execute();
    }
  }

  private static Map<String, Double> labelled(Map<Metric, Double> metrics) {
    Map<String, Double> labelled = new LinkedHashMap<>();
    metrics.forEach((metric, value) -> labelled.put(metric.label(), value));
    return labelled;
  }

  private static void addMetrics(Handle handle, long id, String split, Map<String, Double> found) {
    if (found.isEmpty()) {
      return;
    }
    List<Map.Entry<String, Double>> metrics = List.copyOf(found.entrySet());
    try (PreparedBatch batch =
        handle.prepareBatch(
            "insert into metric (trial, split, place, name, value) values (?, ?, ?, ?, ?)")) {
      IntStream.range(0, metrics.size())
          .forEach(
              place -> {
                double value = metrics.get(place).getValue();
                batch
                    .bind(0, id)
                    .bind(1, split)
                    .bind(2, place)
                    .bind(3, metrics.get(place).getKey())
                    .bind(4, Double.isFinite(value) ? (Double) value : null)
                    .add();
              });
      batch.execute();
    }
  }

  private static void addCosts(Handle handle, long id, Map<String, Double> numbers) {
    try (PreparedBatch batch =
        handle.prepareBatch("insert into cost (trial, place, name, value) values (?, ?, ?, ?)")) {
      int place = 0;
      for (Map.Entry<String, Double> number : numbers.entrySet()) {
        batch.add(id, place++, number.getKey(), number.getValue());
      }
      batch.execute();
    }
  }

  /** The outcomes of a trial, the latest first. */
  private static List<Stored> of(Handle handle, String key) {
    return handle
        .createQuery(SELECT + "where trial_key = ? order by id desc")
        .bind(0, key)
        .map(TrialTable::stored)
        .list();
  }

  /** The number of the latest outcome of a trial, or 0. */
  long latest(Handle handle, String key) {
    return handle
        .createQuery("select coalesce(max(id), 0) from trial where trial_key = ?")
        .bind(0, key)
        .mapTo(Long.class)
        .one();
  }

  /**
   * The latest result that stands in the folder.
   *
   * @param since of the outcomes with a greater number, the latest counts whatever it is
   */
  Optional<Outcome> find(Handle handle, String key, StudyFolder folder, long since) {
    for (Stored stored : of(handle, key)) {
      if (stored.id() > since || !stored.hasFailed()) {
        Outcome outcome = seen(handle, stored, folder);
        if (outcome.standsIn(folder)) {
          return Optional.of(outcome);
        }
      }
    }
    return Optional.empty();
  }

  /** Of each trial the latest result, or else the latest failure, by its key. */
  Map<String, Outcome> outcomes(Handle handle, Collection<String> keys, StudyFolder folder) {
    Map<String, Outcome> outcomes = new HashMap<>();
    List<String> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += KEYS_AT_ONCE) {
      List<String> some = all.subList(from, Math.min(from + KEYS_AT_ONCE, all.size()));
      Map<String, Stored> latest = new LinkedHashMap<>();
      handle
          .createQuery(SELECT + "where trial_key in (<keys>) order by id desc")
          .bindList("keys", some)
          .map(TrialTable::stored)
          .forEach(
              stored ->
                  latest.merge(
                      stored.key(),
                      stored,
                      (later, earlier) ->
                          later.hasFailed() && !earlier.hasFailed() ? earlier : later));
      latest.forEach((key, stored) -> outcomes.put(key, seen(handle, stored, folder)));
    }
    return outcomes;
  }

  private Outcome seen(Handle handle, Stored stored, StudyFolder folder) {
    return read(
        stored,
        type ->
            numbers
                .read(handle, stored.record(), type)
                .seenFrom(folder, new StudyFolder(Folders.named(stored.output()))));
  }

  /** The outcome of a number. */
  Outcome get(Handle handle, long id) {
    Stored stored =
        handle.createQuery(SELECT + "where id = ?").bind(0, id).map(TrialTable::stored).one();
    return read(stored, type -> numbers.read(handle, stored.record(), type));
  }

  private static Stored stored(ResultSet row, StatementContext context) throws SQLException {
    return new Stored(
        row.getLong("id"),
        row.getString("trial_key"),
        row.getString("output"),
        row.getBoolean("failed"),
        row.getString("record"));
  }

  private Outcome read(Stored stored, Function<Class<? extends Outcome>, Outcome> reader) {
    try {
      Outcome outcome = reader.apply(stored.hasFailed() ? TrialFailure.class : TrialResult.class);
      if (outcome instanceof TrialResult result) {
        result.test().ifPresent(TestAnswers::requireJudged);
      }
      return outcome;
    } catch (IllegalArgumentException e) {
      throw Damaged.trial(store, stored.id(), e.getMessage()).causedBy(e);
    }
  }
}
