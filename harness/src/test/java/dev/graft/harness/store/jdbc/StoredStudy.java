package dev.graft.harness.store.jdbc;

import dev.graft.harness.job.Progress;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.store.Claim;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.Study;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.program.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small study in a store of its own, whose records can be changed. */
public record StoredStudy(StudyFolder study, String address) {
  /** One of two trials, of which the second failed. */
  public static StoredStudy in(Path folder) throws IOException {
    StudyFolder study = new StudyFolder(folder.toRealPath());
    String address = Stores.fileAddress(study.store());
    Map<String, Arm> arms = new LinkedHashMap<>();
    List<StudyStore.Asked> asked = new ArrayList<>();
    try (TrialStore store = new Harness().stores().open(address)) {
      for (long seed = 0; seed < 2; seed++) {
        TrialInputs inputs = Outcomes.inputs(seed);
        arms.put("arm " + seed, inputs.spec().arm());
        asked.add(new StudyStore.Asked("arm " + seed, inputs.key()));
        try (Claim claim = store.claim(inputs, study, owner -> {})) {
          claim.keep(seed == 1 ? Outcomes.failure(inputs) : Outcomes.result(inputs, 4, 5));
        }
      }
      Study compared =
          new Study(
              Optional.of("edited"),
              arms,
              "arm 0",
              List.of(0L, 1L),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      Outcomes.keep(store, study, compared, asked);
    }
    return new StoredStudy(study, address);
  }

  /** A trial of it. */
  public static TrialSpec trial() {
    return Outcomes.inputs(0).spec();
  }

  /** What the files of jobs hold, by their names. */
  public static Map<String, Object> records() {
    return Map.of(
        "result.json",
        Outcomes.result(Outcomes.inputs(0), 4, 5),
        "latency.json",
        Outcomes.latency(),
        "job.json",
        new LatencyJob(
            new LatencyField("model", "cpu", Precision.FLOAT32, Optional.empty(), List.of()),
            LatencySpec.DEFAULT,
            1,
            60),
        "progress.json",
        new Progress(Progress.Phase.TRAINING, 3, 10, 0.5));
  }

  /** The first record of a table. */
  public String record(String table) {
    try {
      return Databases.text(address, "select record from " + table + " where id = 1");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts another text in its place. */
  public void write(String table, String record) throws SQLException {
    try (Connection connection = DriverManager.getConnection(address);
        PreparedStatement statement =
            connection.prepareStatement("update " + table + " set record = ? where id = 1")) {
      statement.setString(1, record);
      statement.executeUpdate();
    }
  }
}
