package dev.graft.harness.store.jdbc;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.trial.StudyFolder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/** Studies, the trials that they asked for, and their ends. */
final class StudyTable implements StudyStore {
  private static final String BEGUN =
      "select id, stored, output, name, declared, record from study ";

  private final Database database;
  private final NumberTable numbers;

  StudyTable(Database database, NumberTable numbers) {
    this.database = database;
    this.numbers = numbers;
  }

  @Override
  public long begin(KeptStudy study, StudyFolder folder) {
    String output = folder.path().toString();
    return database.transaction(
        handle -> {
          Optional<Begun> latest =
              handle
                  .createQuery(BEGUN + "where output = ? order by id desc limit 1")
                  .bind(0, output)
                  .map(StudyTable::study)
                  .findOne();
          return latest
              .filter(begun -> begun.study().equals(study))
              .map(Begun::id)
              .orElseGet(() -> add(handle, study, output));
        });
  }

  private static long add(Handle handle, KeptStudy study, String output) {
    return inserted(
        handle,
        "insert into study (stored, output, name, declared, record) values (?, ?, ?, ?, ?)",
        Instant.now().toString(),
        output,
        study.name().orElse(null),
        study.declared(),
        study.record());
  }

  private static long inserted(Handle handle, String sql, Object... values) {
    try (var insert = handle.createUpdate(sql)) {
      for (int i = 0; i < values.length; i++) {
        insert.bind(i, values[i]);
      }
      return insert.executeAndReturnGeneratedKeys("id").mapTo(Long.class).one();
    }
  }

  @Override
  public void ask(long study, List<Asked> trials) {
    if (trials.isEmpty()) {
      return;
    }
    database.<Void>transaction(
        handle -> {
          try (PreparedBatch batch =
              handle.prepareBatch(
                  "insert into study_trial (study, arm, trial_key) values (?, ?, ?)"
                      + " on conflict do nothing")) {
            trials.forEach(asked -> batch.add(study, asked.arm(), asked.key()));
            batch.execute();
          }
          return null;
        });
  }

  @Override
  public void end(long study, List<LatencyResult> latency, Optional<String> failure) {
    String now = Instant.now().toString();
    database.<Void>transaction(
        handle -> {
          long end =
              inserted(
                  handle,
                  "insert into study_end (study, stored, latency_failure) values (?, ?, ?)",
                  study,
                  now,
                  failure.orElse(null));
          for (LatencyResult measured : latency) {
            handle.execute(
                "insert into latency (stored, output, batch_rows, batch_length, record, study_end)"
                    + " select ?, output, ?, ?, ?, ? from study where id = ?",
                now,
                measured.size().rows(),
                measured.size().length(),
                numbers.write(handle, measured),
                end,
                study);
          }
          return null;
        });
  }

  @Override
  public List<Begun> begun() {
    return database.use(
        handle -> handle.createQuery(BEGUN + "order by id").map(StudyTable::study).list());
  }

  @Override
  public Contents contents(long study) {
    return database.use(
        handle ->
            new Contents(
                handle
                    .createQuery(
                        "select arm, trial_key from study_trial where study = ? order by id")
                    .bind(0, study)
                    .map((row, context) -> new Asked(row.getString(1), row.getString(2)))
                    .list(),
                end(handle, study)));
  }

  private Optional<End> end(Handle handle, long study) {
    return handle
        .createQuery(
            "select id, latency_failure from study_end where study = ? order by id desc limit 1")
        .bind(0, study)
        .map(
            (row, context) ->
                new End(latency(handle, row.getLong(1)), Optional.ofNullable(row.getString(2))))
        .findOne();
  }

  private List<LatencyResult> latency(Handle handle, long end) {
    return handle
        .createQuery("select record from latency where study_end = ? order by id")
        .bind(0, end)
        .mapTo(String.class)
        .map(record -> numbers.read(handle, record, LatencyResult.class))
        .list();
  }

  private static Begun study(ResultSet row, StatementContext context) throws SQLException {
    return new Begun(
        row.getLong("id"),
        row.getString("stored"),
        row.getString("output"),
        new KeptStudy(
            Optional.ofNullable(row.getString("name")),
            row.getString("declared"),
            row.getString("record")));
  }
}
