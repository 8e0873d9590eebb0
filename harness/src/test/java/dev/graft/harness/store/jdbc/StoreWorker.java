package dev.graft.harness.store.jdbc;

import dev.graft.harness.store.Claim;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * A process that asks for all trials of a study, in an order of its own, and notes those that it
 * had to run. Optionally it dies in the middle of one.
 */
final class StoreWorker {
  static final int TRIALS = 30;

  private StoreWorker() {}

  /** Takes the store, the study's folder, the file for notes, and after how many trials it dies. */
  public static void main(String[] args) throws IOException, InterruptedException {
    StudyFolder folder = new StudyFolder(Path.of(args[1]));
    Path notes = Path.of(args[2]);
    int last = Integer.parseInt(args[3]);
    List<Long> seeds = new ArrayList<>(LongStream.range(0, TRIALS).boxed().toList());
    Collections.shuffle(seeds, new Random(ProcessHandle.current().pid()));
    int run = 0;
    try (TrialStore store = new JdbcStores().open(args[0])) {
      for (long seed : seeds) {
        TrialInputs inputs = Outcomes.inputs(seed);
        try (Claim claim = store.claim(inputs, folder, owner -> {})) {
          if (claim.known().isEmpty()) {
            if (run == last) {
              Runtime.getRuntime().halt(9);
            }
            Thread.sleep(10);
            Files.createDirectories(folder.path().resolve("trials/" + seed));
            Files.writeString(
                notes, seed + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            claim.keep(Outcomes.result(inputs));
            run++;
          } else if (!claim.known().get().equals(Outcomes.result(inputs))) {
            throw new IllegalStateException("another result of " + seed);
          }
        }
      }
    }
  }
}
