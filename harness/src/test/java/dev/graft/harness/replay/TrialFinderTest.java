package dev.graft.harness.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.store.jdbc.StoreErrors;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.wiring.Harness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialFinderTest {
  private final Stores stores = new Harness().stores();

  @TempDir private Path folder;

  @Test
  void aNumberMeansItsTrialAlthoughAnothersKeyBeginsSo() throws IOException {
    StoreErrors.writeStore(folder, LongStream.rangeClosed(1, 20).toArray());
    List<StoredRun> runs;
    try (TrialStore store = stores.open(Optional.empty(), new StudyFolder(folder))) {
      runs =
          store.runs(RunFilter.ALL).stream()
              .filter(run -> run.text(TrialColumn.FAILURE).isEmpty())
              .toList();
    }
    TrialFinder finder = new TrialFinder(stores);

    assertThat(runs)
        .as("a key that begins as another's number")
        .anyMatch(run -> runs.stream().anyMatch(other -> beginsAs(other, run)))
        .allSatisfy(
            run ->
                assertThat(
                        finder
                            .find(String.valueOf(run.id()), folder.toString())
                            .result()
                            .spec()
                            .seed())
                    .isEqualTo(run.whole(TrialColumn.SEED).orElseThrow()));
  }

  private static boolean beginsAs(StoredRun other, StoredRun run) {
    return other.id() != run.id()
        && other.text(TrialColumn.TRIAL_KEY).orElseThrow().startsWith(String.valueOf(run.id()));
  }
}
