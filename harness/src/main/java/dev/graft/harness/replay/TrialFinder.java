package dev.graft.harness.replay;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds a stored trial by its number, or by the beginning of its key. */
public final class TrialFinder {
  private static final int MOST_LISTED = 10;
  private static final int SHORT_KEY = 12;

  private final Stores stores;

  public TrialFinder(Stores stores) {
    this.stores = stores;
  }

  /**
   * A trial.
   *
   * @param study the folder of the study that had it run
   */
  public record Found(TrialResult result, StudyFolder study) {}

  private record Candidate(String address, StoredRun run) {
    String described() {
      return "%s (%s, seed %s, %s)"
          .formatted(
              shortened(run.text(TrialColumn.TRIAL_KEY).orElse("")),
              run.text(TrialColumn.METHOD).orElse(""),
              run.whole(TrialColumn.SEED).orElse(0L),
              run.text(TrialColumn.OUTPUT).orElse(""));
    }

    private static String shortened(String key) {
      return key.substring(0, Math.min(SHORT_KEY, key.length()));
    }

    boolean hasNumber(String text) {
      return String.valueOf(run.id()).equals(text);
    }

    boolean hasKey(String text) {
      return run.text(TrialColumn.TRIAL_KEY).orElse("").startsWith(text);
    }
  }

  /**
   * The trial that is meant, the latest of equal ones.
   *
   * @param name of the store: an address, a file, or a folder
   * @throws GraftException if there is none, or more than one
   */
  public Found find(String text, String name) {
    List<Candidate> all = new ArrayList<>();
    for (String address : stores.existing(name)) {
      try (TrialStore store = stores.open(address)) {
        store.runs(RunFilter.ALL).stream()
            .filter(run -> run.text(TrialColumn.FAILURE).isEmpty())
            .forEach(run -> all.add(new Candidate(address, run)));
      }
    }
    List<Candidate> numbered = all.stream().filter(each -> each.hasNumber(text)).toList();
    List<Candidate> meant =
        numbered.isEmpty() ? all.stream().filter(each -> each.hasKey(text)).toList() : numbered;
    long different =
        meant.stream().map(each -> each.run().text(TrialColumn.TRIAL_KEY)).distinct().count();
    if (different != 1) {
      throw GraftException.input(
              meant.isEmpty()
                  ? "No trial in %s is called '%s'."
                  : "Several trials in %s are called '%s'.",
              name,
              text)
          .expected(listed(meant.isEmpty() ? all : meant))
          .remedy("name it by its number in graft runs, or by the beginning of its key");
    }
    Candidate last = meant.get(meant.size() - 1);
    try (TrialStore store = stores.open(last.address())) {
      Outcome outcome = store.outcome(last.run().id());
      Path output = Folders.named(last.run().text(TrialColumn.OUTPUT).orElseThrow());
      return new Found((TrialResult) outcome, new StudyFolder(output));
    }
  }

  private static String listed(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return "a trial with a result, of which there is none";
    }
    return "one of "
        + candidates.stream()
            .limit(MOST_LISTED)
            .map(Candidate::described)
            .collect(Collectors.joining(", "))
        + (candidates.size() > MOST_LISTED ? ", ..." : "");
  }
}
