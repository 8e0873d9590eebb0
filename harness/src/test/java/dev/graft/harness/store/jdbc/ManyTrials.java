package dev.graft.harness.store.jdbc;

import dev.graft.harness.environment.Identity;
import dev.graft.harness.json.Json;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.store.Claim;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyRecord;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Stage;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How long reports of large studies take, on each database: a benchmark, and no test. Its figures
 * are those of the machine, and of what else runs there.
 */
final class ManyTrials {
  private static final int EXAMPLES = 872;
  private static final int STEPS = 500;

  private ManyTrials() {}

  /**
   * Makes the studies, and times what is done with them.
   *
   * @param args how many arms, trials that tune each, and seeds
   */
  public static void main(String[] args) throws IOException, SQLException {
    int tuned = Integer.parseInt(args[1]);
    Study study = study(Integer.parseInt(args[0]), tuned, Integer.parseInt(args[2]));
    Path folder = Files.createTempDirectory("many-trials");
    try (Databases databases = new Databases()) {
      for (Dialect dialect : List.of(Dialect.POSTGRESQL, Dialect.SQLITE)) {
        String address = databases.address(dialect, folder);
        StudyFolder results = new StudyFolder(folder.resolve(dialect.toString()));
        timed(dialect + " storing", () -> fill(address, results, study, tuned));
        for (int i = 0; i < 2; i++) {
          timed(dialect + " listing", () -> list(address));
          StudyResult[] result = new StudyResult[1];
          timed(dialect + " reading", () -> result[0] = read(address, results));
          timed(
              dialect + " report",
              () -> Report.of(result[0]).write(folder, new Harness().reportFormats()));
        }
      }
    }
  }

  private static Study study(int arms, int tuned, int seeds) {
    Map<String, Arm> named = new LinkedHashMap<>();
    Arm arm = Outcomes.inputs(1).spec().arm();
    for (int i = 1; i <= arms; i++) {
      named.put("rank=" + i, arm.withMethod("lora:rank=" + i));
    }
    return new Study(
        Optional.empty(),
        named,
        "rank=1",
        LongStream.rangeClosed(1, seeds).boxed().toList(),
        tuned == 0
            ? Optional.empty()
            : Optional.of(new Tuning(tuned, Tuning.Search.RANDOM, Optional.empty(), 1)),
        Optional.empty(),
        Optional.empty());
  }

  private static void fill(String address, StudyFolder folder, Study study, int tuned) {
    try (TrialStore store = new JdbcStores().open(address)) {
      StudyStore studies = store.studies();
      long id =
          studies
              .begin(new StudyStore.KeptStudy(Optional.empty(), "", Json.line(study)), folder)
              .run();
      study
          .arms()
          .forEach(
              (name, arm) -> {
                List<StudyStore.Asked> asked = new ArrayList<>();
                for (long i = 0; i < tuned + study.seeds().size(); i++) {
                  Stage stage = i < tuned ? Stage.TUNING : Stage.FINAL;
                  long seed = i < tuned ? i : i - tuned + 1;
                  TrialSpec spec =
                      new TrialSpec(
                          arm, seed, stage, Optional.empty(), Optional.empty(), Optional.empty());
                  TrialInputs inputs =
                      new TrialInputs(
                          spec, new Identity("base", "configuration", "data", Map.of(), "0"));
                  asked.add(new StudyStore.Asked(name, inputs.key()));
                  try (Claim claim = store.claim(inputs, folder, owner -> {})) {
                    claim.keep(Outcomes.result(inputs, EXAMPLES, STEPS));
                  }
                }
                studies.ask(id, asked);
              });
      studies.end(id, List.of(), Optional.empty());
    }
  }

  private static void list(String address) {
    try (TrialStore store = new JdbcStores().open(address)) {
      System.out.println(store.runs(RunFilter.ALL).size() + " trials");
    }
  }

  private static StudyResult read(String address, StudyFolder folder) {
    try (TrialStore store = new JdbcStores().open(address)) {
      return StudyRecord.latest(store, folder).result();
    }
  }

  private static void timed(String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    System.out.printf("%s: %s s%n", what, (System.nanoTime() - start) / 1e9);
  }
}
