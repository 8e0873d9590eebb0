package dev.graft.harness.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.environment.Identity;
import dev.graft.harness.store.Claim;
import dev.graft.harness.store.Owner;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialResult;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store on files of SQLite and on a real PostgreSQL, by threads and processes. */
final class DatabaseStoreTest {
  private static final int ALL = -1;

  private static Databases databases;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() {
    databases = new Databases();
  }

  @AfterAll
  static void stop() throws IOException {
    databases.close();
  }

  private StudyFolder study(String name) {
    return new StudyFolder(folder.resolve(name));
  }

  private static void keep(TrialStore store, StudyFolder study, TrialInputs inputs, Outcome outcome)
      throws IOException {
    try (Claim claim = store.claim(inputs, study, owner -> {})) {
      assertThat(claim.known()).isEmpty();
      if (outcome instanceof TrialResult result) {
        Files.createDirectories(study.path().resolve(result.checkpoint()));
      }
      claim.keep(outcome);
    }
  }

  private static TrialInputs of(TrialInputs asked, Identity identity) {
    return new TrialInputs(asked.spec(), identity);
  }

  private static Optional<Outcome> known(TrialStore store, StudyFolder study, TrialInputs inputs) {
    try (Claim claim = store.claim(inputs, study, owner -> {})) {
      return claim.known();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void whatIsStoredComesBackForTheSameInputsAlone(Dialect dialect)
      throws IOException, SQLException {
    String address = databases.address(dialect, folder);
    StudyFolder study = study("one");
    TrialInputs asked = Outcomes.inputs(1);
    try (TrialStore store = new JdbcStores().open(address)) {
      keep(store, study, asked, Outcomes.result(asked));
    }
    try (TrialStore store = new JdbcStores().open(address)) {
      assertThat(known(store, study, asked)).contains(Outcomes.result(asked));
      Identity was = asked.identity();
      Map<String, String> lora = was.plugins();
      for (TrialInputs other :
          List.of(
              Outcomes.inputs(2),
              of(asked, new Identity("x", was.configuration(), was.data(), lora, was.graft())),
              of(asked, new Identity(was.base(), "x", was.data(), lora, was.graft())),
              of(asked, new Identity(was.base(), was.configuration(), "x", lora, was.graft())),
              of(
                  asked,
                  new Identity(was.base(), was.configuration(), was.data(), Map.of(), was.graft())),
              of(asked, new Identity(was.base(), was.configuration(), was.data(), lora, "x")))) {
        assertThat(known(store, study, other)).as("%s", other).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void failuresAndResultsWithoutCheckpointAreKeptButRunAgain(Dialect dialect)
      throws IOException, SQLException {
    TrialInputs asked = Outcomes.inputs(1);
    StudyFolder study = study("one");
    try (TrialStore store = new JdbcStores().open(databases.address(dialect, folder))) {
      keep(store, study, asked, Outcomes.failure(asked));
      keep(store, study, asked, Outcomes.result(asked));
      StudyFolder other = study("other");
      assertThat(known(store, other, asked))
          .as("taken from where it lies")
          .get()
          .extracting(outcome -> ((TrialResult) outcome).checkpoint())
          .isEqualTo(study.path().resolve("trials/1").toString());
      Files.delete(study.path().resolve("trials/1"));
      keep(store, study, asked, Outcomes.result(asked));
      assertThat(store.runs(RunFilter.ALL)).hasSize(3);
      assertThat(
              store.runs(
                  new RunFilter(
                      Optional.of("/one"),
                      Optional.of("sst-2"),
                      Optional.of("rank=2"),
                      Optional.of(asked.spec().stage()),
                      RunFilter.Ended.FAILED)))
          .singleElement()
          .satisfies(
              run ->
                  assertThat(run.text(TrialColumn.FAILURE))
                      .contains(Outcomes.failure(asked).reason()));
      assertThat(
              store.runs(
                  new RunFilter(
                      Optional.of("o_e"),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      RunFilter.Ended.ANYHOW)))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void whoWaitsForATrialGetsItsFailureToo(Dialect dialect) throws Exception {
    TrialInputs asked = Outcomes.inputs(1);
    String address = databases.address(dialect, folder);
    try (TrialStore one = new JdbcStores().open(address);
        TrialStore other = new JdbcStores().open(address)) {
      CompletableFuture<Owner> waiting = new CompletableFuture<>();
      CompletableFuture<Optional<Outcome>> found;
      try (Claim claim = one.claim(asked, study("one"), owner -> {})) {
        found =
            CompletableFuture.supplyAsync(
                () -> {
                  try (Claim theirs = other.claim(asked, study("one"), waiting::complete)) {
                    return theirs.known();
                  }
                });
        assertThat(waiting.get()).isEqualTo(Owner.here());
        claim.keep(Outcomes.failure(asked));
      }
      assertThat(found.get()).contains(Outcomes.failure(asked));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void theTrialsOfTheDeadAndOfTheSilentAreTakenOver(Dialect dialect) throws Exception {
    String address = databases.address(dialect, folder);
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    try (TrialStore store =
        new JdbcStore(Database.open(dialect, address), Duration.ofMillis(400))) {
      Owner here = Owner.here();
      claimed(address, Outcomes.inputs(1), new Owner(here.host(), ended.pid(), "before"));
      claimed(address, Outcomes.inputs(2), new Owner(here.host(), here.pid(), "an earlier start"));
      claimed(address, Outcomes.inputs(3), new Owner("elsewhere", 1, "at some time"));
      List<Owner> waited = new ArrayList<>();
      for (long seed = 1; seed <= 3; seed++) {
        try (Claim claim = store.claim(Outcomes.inputs(seed), study("one"), waited::add)) {
          assertThat(claim.known()).isEmpty();
        }
      }
      assertThat(waited).extracting(Owner::toString).containsExactly("process 1 on elsewhere");
    }
  }

  private static void claimed(String address, TrialInputs inputs, Owner owner) throws SQLException {
    Databases.execute(
        address,
        "insert into claim values ('%s', '%s', %s, '%s', 'once')"
            .formatted(inputs.key(), owner.host(), owner.pid(), owner.started()));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void studiesAreKeptWithTheTrialsThatTheyAskFor(Dialect dialect) throws IOException, SQLException {
    TrialInputs done = Outcomes.inputs(1);
    TrialInputs failed = Outcomes.inputs(2);
    TrialInputs waiting = Outcomes.inputs(3);
    List<StudyStore.Asked> asked =
        Stream.of(done, failed, waiting)
            .map(trial -> new StudyStore.Asked("lora", trial.key()))
            .toList();
    StudyStore.KeptStudy first = new StudyStore.KeptStudy(Optional.of("é"), "seeds: 3\n", "{}");
    StudyStore.KeptStudy other = new StudyStore.KeptStudy(Optional.empty(), "", "{}");
    try (TrialStore store = new JdbcStores().open(databases.address(dialect, folder))) {
      StudyStore studies = store.studies();
      List<StudyStore.Asked> twice = List.of(asked.get(0), asked.get(1), asked.get(0));
      long run = studies.begin(first, study("one")).run();
      studies.ask(run, twice.subList(0, 2));
      studies.ask(run, twice.subList(2, 3));
      assertThat(studies.contents(run)).isEqualTo(new StudyStore.Contents(twice, Optional.empty()));
      long again = studies.begin(first, study("one")).run();
      studies.ask(again, asked.subList(0, 1));
      assertThat(studies.begun())
          .as("it goes on, and has come no further yet")
          .singleElement()
          .extracting(StudyStore.Begun::run)
          .isEqualTo(run);
      studies.begin(other, study("one"));
      studies.begin(first, study("one")); // begun anew
      assertThat(studies.begun())
          .extracting(StudyStore.Begun::study)
          .containsExactly(first, other, first);

      keep(store, study("one"), done, Outcomes.failure(done));
      keep(store, study("one"), done, Outcomes.result(done));
      keep(store, study("one"), failed, Outcomes.failure(failed));
      assertThat(store.outcomes(asked.stream().map(StudyStore.Asked::key).toList(), study("one")))
          .isEqualTo(
              Map.of(done.key(), Outcomes.result(done), failed.key(), Outcomes.failure(failed)));

      studies.end(run, List.of(Outcomes.latency()), Optional.empty());
      studies.end(again, List.of(Outcomes.latency()), Optional.of("one was killed"));
      assertThat(studies.begun().get(0).run()).as("the last that ended").isEqualTo(again);
      assertThat(studies.contents(again))
          .isEqualTo(
              new StudyStore.Contents(
                  asked.subList(0, 1),
                  Optional.of(
                      new StudyStore.End(
                          List.of(Outcomes.latency()), Optional.of("one was killed")))));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aStoreOfTheFirstVersionGoesOn(Dialect dialect) throws IOException, SQLException {
    String address = ofVersion(dialect, 1);
    Databases.execute(
        address,
        "insert into latency (stored, output, batch_rows, batch_length, record) values ('', '', 1, 1, '')");
    TrialInputs asked = Outcomes.inputs(1);
    try (TrialStore store = new JdbcStores().open(address)) {
      keep(store, study("one"), asked, Outcomes.result(asked));
      assertThat(store.studies().begun()).isEmpty();
      assertThat(
              store
                  .studies()
                  .begin(new StudyStore.KeptStudy(Optional.empty(), "", ""), study("one"))
                  .run())
          .isPositive();
    }
  }

  /** The address of a store as an earlier version of Graft made it. */
  private String ofVersion(Dialect dialect, int version) throws SQLException {
    String address = databases.address(dialect, folder);
    Databases.execute(
        address,
        "create table schema_version (version integer primary key, graft text not null, applied text not null)");
    for (int next = 1; next <= version; next++) {
      for (String statement : Schema.statements(dialect, next)) {
        Databases.execute(address, statement);
      }
      Databases.execute(
          address, "insert into schema_version values (%s, '0.1', 'long ago')".formatted(next));
    }
    return address;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void theStudiesOfTheSecondVersionAreShownAndGoOn(Dialect dialect) throws SQLException {
    String address = ofVersion(dialect, 2);
    String output = study("one").path().toString();
    for (String statement :
        List.of(
            "insert into study (stored, output, declared, record) values ('', 'elsewhere', '', '')",
            "insert into study (stored, output, declared, record) values ('', '%s', '', '{}')"
                .formatted(output),
            "insert into study_trial (study, arm, trial_key) values (2, 'lora', 'b')",
            "insert into study_trial (study, arm, trial_key) values (1, 'full', 'c')",
            "insert into study_trial (study, arm, trial_key) values (2, 'lora', 'a')",
            "insert into study_end (study, stored, latency_failure) values (2, '', 'no time')")) {
      Databases.execute(address, statement);
    }
    try (TrialStore store = new JdbcStores().open(address)) {
      StudyStore studies = store.studies();
      StudyStore.Begun begun = studies.begun().get(1);
      assertThat(studies.contents(begun.run()))
          .isEqualTo(
              new StudyStore.Contents(
                  List.of(new StudyStore.Asked("lora", "b"), new StudyStore.Asked("lora", "a")),
                  Optional.of(new StudyStore.End(List.of(), Optional.of("no time")))));
      assertThat(studies.contents(studies.begun().get(0).run()).trials())
          .containsExactly(new StudyStore.Asked("full", "c"));
      assertThat(studies.begin(begun.study(), study("one")).run()).isNotEqualTo(begun.run());
      assertThat(studies.begun()).hasSize(2);
    }
  }

  @Test
  void bothDatabasesHoldTheSameRows() throws IOException, SQLException {
    StudyFolder study = study("one");
    Map<Dialect, List<StoredRun>> runs = new LinkedHashMap<>();
    for (Dialect dialect : Dialect.values()) {
      try (TrialStore store = new JdbcStores().open(databases.address(dialect, folder))) {
        for (long seed = 0; seed < 5; seed++) {
          TrialInputs asked = Outcomes.inputs(seed);
          keep(
              store,
              study,
              asked,
              seed == 3 ? Outcomes.failure(asked) : Outcomes.result(asked, 1821, 300));
        }
        runs.put(dialect, store.runs(RunFilter.ALL).stream().map(this::timeless).toList());
      }
    }
    assertThat(runs.get(Dialect.POSTGRESQL)).hasSize(5).isEqualTo(runs.get(Dialect.SQLITE));
  }

  private StoredRun timeless(StoredRun run) {
    Map<TrialColumn, Object> columns = new LinkedHashMap<>(run.columns());
    columns.remove(TrialColumn.STORED);
    return new StoredRun(
        run.id(),
        columns,
        run.settings(),
        run.validation(),
        run.test(),
        run.general(),
        run.costs());
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void severalProcessesRunEachTrialOnceAlthoughOneDies(Dialect dialect) throws Exception {
    String address = databases.address(dialect, folder);
    Path notes = folder.resolve("notes.txt");
    List<Process> processes =
        List.of(
            worker(address, notes, 3), worker(address, notes, ALL), worker(address, notes, ALL));
    List<Integer> ended = new ArrayList<>();
    for (Process process : processes) {
      ended.add(process.waitFor());
    }
    assertThat(ended.get(0)).as("0 if the others left it fewer").isIn(0, 9);
    assertThat(ended.subList(1, 3)).as(log()).containsExactly(0, 0);
    assertThat(Files.readAllLines(notes))
        .as("the trials that ran")
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, StoreWorker.TRIALS).mapToObj(String::valueOf).toList());
    try (TrialStore store = new JdbcStores().open(address)) {
      assertThat(store.runs(RunFilter.ALL))
          .extracting(run -> run.whole(TrialColumn.SEED).orElseThrow())
          .containsExactlyInAnyOrderElementsOf(
              LongStream.range(0, StoreWorker.TRIALS).boxed().toList());
    }
  }

  private Process worker(String address, Path notes, int last) throws IOException {
    return JavaProcess.of(
            StoreWorker.class,
            address,
            folder.resolve("shared").toString(),
            notes.toString(),
            String.valueOf(last))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()))
        .start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log.txt"));
  }
}
