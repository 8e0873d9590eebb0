package dev.graft.harness.store;

import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StoredTrial;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Keeps outcomes as lines of a file. */
public final class LineStore implements TrialStore {
  private final StudyFolder folder;
  private final JsonLines<StoredTrial> lines;

  public LineStore(StudyFolder folder) {
    this.folder = folder;
    this.lines = JsonLines.open(folder.trials(), StoredTrial.class);
  }

  @Override
  public synchronized Optional<TrialResult> find(TrialSpec spec) {
    return lines.records().stream()
        .flatMap(trial -> trial.result().stream())
        .filter(result -> result.spec().equals(spec))
        .filter(result -> Files.isDirectory(folder.path().resolve(result.checkpoint())))
        .reduce((earlier, later) -> later);
  }

  @Override
  public synchronized List<TrialResult> results() {
    return lines.records().stream().flatMap(trial -> trial.result().stream()).toList();
  }

  @Override
  public synchronized void add(Outcome outcome) {
    lines.append(StoredTrial.of(outcome));
  }

  @Override
  public void close() {
    lines.close();
  }
}
