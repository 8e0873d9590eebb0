package dev.graft.harness.store.jdbc;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.store.Damaged;
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
  /** With the last run that ended, or else the one that asked for most. */
  private static final String BEGUN =
      """
      select id, stored, output, name, declared, record, coalesce(
        (select study_run from study_end where study = study.id order by id desc limit 1),
        (select study_run.id from study_run left join asked on asked.study_run = study_run.id
          where study_run.study = study.id
          group by study_run.id order by count(asked.id) desc, study_run.id desc limit 1)) as run
      from study
      """;

  private final Database database;
  private final NumberTable numbers;

  StudyTable(Database database, NumberTable numbers) {
    this.database = database;
    this.numbers = numbers;
  }

  @Override
  public Begun begin(KeptStudy study, StudyFolder folder) {
    String output = folder.path().toString();
    return database.transaction(
        handle -> {
          Optional<Begun> latest =
              handle
                  .createQuery(BEGUN + "where output = ? order by id desc limit 1")
                  .bind(0, output)
                  .map(StudyTable::study)
                  .findOne();
          String now = Instant.now().toString();
          Begun begun =
              latest
                  .filter(there -> there.study().equals(study))
                  .orElseGet(
                      () -> new Begun(add(handle, study, output, now), now, output, study, 0));
          long run =
              inserted(
                  handle, "insert into study_run (study, stored) values (?, ?)", begun.id(), now);
          return new Begun(begun.id(), begun.stored(), output, study, run);
        });
  }

  private static long add(Handle handle, KeptStudy study, String output, String now) {
    return inserted(
        handle,
        "insert into study (stored, output, name, declared, record) values (?, ?, ?, ?, ?)",
        now,
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
  public void ask(long run, List<Asked> trials) {
    if (trials.isEmpty()) {
      return;
    }
    database.<Void>transaction(
        handle -> {
          try (PreparedBatch batch =
              handle.prepareBatch(
                  "insert into asked (study_run, arm, trial_key) values (?, ?, ?)")) {
            trials.forEach(asked -> batch.add(run, asked.arm(), asked.key()));
            batch.execute();
          }
          return null;
        });
  }

  @Override
  public void end(long run, List<LatencyResult> latency, Optional<String> failure) {
    String now = Instant.now().toString();
    database.<Void>transaction(
        handle -> {
          long end =
              inserted(
                  handle,
                  "insert into study_end (study, study_run, stored, latency_failure)"
                      + " select study, id, ?, ? from study_run where id = ?",
                  now,
                  failure.orElse(null),
                  run);
          for (LatencyResult measured : latency) {
            handle.execute(
                "insert into latency (stored, output, batch_rows, batch_length, record, study_end)"
                    + " select ?, output, ?, ?, ?, ? from study"
                    + " where id = (select study from study_run where id = ?)",
                now,
                measured.size().rows(),
                measured.size().length(),
                numbers.write(handle, measured),
                end,
                run);
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
  public Contents contents(long run) {
    return database.use(
        handle ->
            new Contents(
                handle
                    .createQuery("select arm, trial_key from asked where study_run = ? order by id")
                    .bind(0, run)
                    .map((row, context) -> new Asked(row.getString(1), row.getString(2)))
                    .list(),
                end(handle, run)));
  }

  private Optional<End> end(Handle handle, long run) {
    return handle
        .createQuery(
            "select id, latency_failure from study_end where study_run = ? order by id desc limit 1")
        .bind(0, run)
        .map(
            (row, context) ->
                new End(latency(handle, row.getLong(1)), Optional.ofNullable(row.getString(2))))
        .findOne();
  }

  private List<LatencyResult> latency(Handle handle, long end) {
    return handle
        .createQuery(
            "select record, study from latency join study_end on study_end.id = study_end"
                + " where study_end = ? order by latency.id")
        .bind(0, end)
        .map((row, context) -> latency(handle, row.getString(1), row.getLong(2)))
        .list();
  }

  private LatencyResult latency(Handle handle, String record, long study) {
    try {
      return numbers.read(handle, record, LatencyResult.class);
    } catch (IllegalArgumentException e) {
      throw Damaged.study(database.name(), study, "in its latency: " + e.getMessage()).causedBy(e);
    }
  }

  private static Begun study(ResultSet row, StatementContext context) throws SQLException {
    return new Begun(
        row.getLong("id"),
        row.getString("stored"),
        row.getString("output"),
        new KeptStudy(
            Optional.ofNullable(row.getString("name")),
            row.getString("declared"),
            row.getString("record")),
        row.getLong("run"));
  }
}
