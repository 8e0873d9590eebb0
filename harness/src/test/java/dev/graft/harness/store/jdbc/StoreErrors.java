package dev.graft.harness.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.data.Services;
import dev.graft.harness.environment.Identity;
import dev.graft.harness.store.Claim;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoreKind;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyRecord;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.wiring.Harness;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stores that can't be used, and trials that others have. */
public final class StoreErrors {
  private StoreErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) {
    errors.add("A stored trial that was edited", () -> edited(folder.resolve("edited-trial")));
    errors.add(
        "A stored number that was edited",
        () -> looked(folder, "runs", "update trial set seed = 'first'"));
    errors.add(
        "A stored study that was edited",
        () -> looked(folder, "study", "update study set record = '{}'"));
    errors.add(
        "A stored trial that was put under another arm",
        () -> looked(folder, "arms", "update asked set arm = 'another'"));
    errors.add(
        "A stored latency that was edited",
        () -> looked(folder, "times", "update latency set record = '{'"));
    errors.add(
        "A study that is interrupted while it waits for another",
        () -> interrupted(folder.resolve("waiting")));
    errors.add("A store that two kinds take", () -> open(folder, Greedy.class.getName()));
    errors.add("A store whose kind may be a broken one", () -> open(folder, "org.example.None"));
    TrialInputs asked = Outcomes.inputs(1);
    errors.add(
        "Data that change while a study runs",
        () ->
            new Identity(
                    "a base", "a configuration", "other data", asked.identity().plugins(), "0.1")
                .require(Outcomes.result(asked).provenance().identity()));
    errors.exempt(
        "store/Stores.java", "throw Folders.unreadable(", "a folder that can't be listed");
  }

  /** A kind of store that would have them all. */
  public static final class Greedy implements StoreKind {
    @Override
    public boolean takes(String address) {
      return true;
    }

    @Override
    public String addresses() {
      return "any";
    }

    @Override
    public TrialStore open(String address) {
      throw new IllegalStateException("nobody may have it");
    }
  }

  private static void open(Path folder, String kind) {
    String address = kind.startsWith("org") ? "shelf://me@host/x" : "jdbc:sqlite:" + folder;
    new Services(folder)
        .with(StoreKind.class, List.of(kind), () -> new Harness().stores().open(address));
  }

  /** Makes the store of a study, with a result of each seed and a failure. */
  public static void writeStore(Path path, long... seeds) throws IOException {
    StudyFolder study = new StudyFolder(Files.createDirectories(path));
    try (TrialStore store = new JdbcStores().open(Stores.fileAddress(study.store()))) {
      for (long seed : seeds) {
        TrialInputs asked = Outcomes.inputs(seed);
        try (Claim claim = store.claim(asked, study, owner -> {})) {
          claim.keep(Outcomes.result(asked));
        }
      }
      TrialInputs asked = Outcomes.inputs(99);
      try (Claim claim = store.claim(asked, study, owner -> {})) {
        claim.keep(Outcomes.failure(asked));
      }
    }
  }

  /** Makes a store that a later version of Graft has made. */
  public static void writeNewer(Path file) throws SQLException {
    String address = Stores.fileAddress(file);
    new JdbcStores().open(address).close();
    Databases.execute(address, "insert into schema_version values (99, 'later', 'in time')");
  }

  private static void edited(Path path) throws Exception {
    writeStore(path, 1);
    StudyFolder study = new StudyFolder(path);
    String address = Stores.fileAddress(study.store());
    Databases.execute(address, "update trial set record = '{\"spec\": 1}'");
    try (TrialStore store = new JdbcStores().open(address)) {
      store.claim(Outcomes.inputs(1), study, owner -> {}).close();
    }
  }

  /** Edits the store of a study, and looks at all of it. */
  private static void looked(Path folder, String name, String edit) throws Exception {
    Path path = folder.resolve("edited-" + name);
    writeStore(path, 1);
    StudyFolder folderOf = new StudyFolder(path);
    String address = Stores.fileAddress(folderOf.store());
    try (TrialStore store = new JdbcStores().open(address)) {
      TrialInputs asked = Outcomes.inputs(1);
      Study study =
          new Study(
              Optional.empty(),
              Map.of("lora", asked.spec().arm()),
              "lora",
              List.of(1L),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      Outcomes.keep(store, folderOf, study, List.of(new StudyStore.Asked("lora", asked.key())));
    }
    Databases.execute(address, edit);
    try (TrialStore store = new JdbcStores().open(address)) {
      store.runs(RunFilter.ALL);
      StudyRecord.latest(store, folderOf).result();
    }
  }

  private static void interrupted(Path path) throws Exception {
    StudyFolder study = new StudyFolder(Files.createDirectories(path));
    TrialInputs asked = Outcomes.inputs(1);
    try (TrialStore store = new JdbcStores().open(Stores.fileAddress(study.store()));
        Claim mine = store.claim(asked, study, owner -> {})) {
      assertThat(mine.known()).isEmpty();
      store.claim(asked, study, owner -> Thread.currentThread().interrupt()).close();
    } finally {
      Thread.interrupted();
    }
  }
}
