package dev.graft.harness.cli.options;

import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which stored trials are meant. */
public final class RunFilterOptions {
  @Mixin private StoredOption store = new StoredOption();

  @Option(
      names = "--study",
      paramLabel = "PART",
      description = "Those whose study's folder has this in its path.")
  private Optional<String> study = Optional.empty();

  @Option(names = "--task", paramLabel = "PART", description = "Those whose task has this in it.")
  private Optional<String> task = Optional.empty();

  @Option(
      names = "--method",
      paramLabel = "PART",
      description = "Those whose methods and settings have this in them: lora, rank=8.")
  private Optional<String> method = Optional.empty();

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "tuning, which settings were chosen by, or final, which reports show.")
  private Optional<Stage> stage = Optional.empty();

  @Option(names = "--failed", description = "Only those that failed.")
  private boolean failed;

  /** The trials that are meant, of all stores that are. */
  public List<StoredRun> runs(Stores stores) {
    RunFilter filter =
        new RunFilter(
            study, task, method, stage, failed ? RunFilter.Ended.FAILED : RunFilter.Ended.ANYHOW);
    List<StoredRun> runs = new ArrayList<>();
    for (String name : stores.existing(store.name())) {
      try (TrialStore opened = stores.open(name)) {
        runs.addAll(opened.runs(filter));
      }
    }
    return runs;
  }
}
