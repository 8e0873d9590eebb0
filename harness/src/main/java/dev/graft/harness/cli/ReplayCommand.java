package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.files.TemporaryFolder;
import dev.graft.harness.cli.options.StoredOption;
import dev.graft.harness.cli.terminal.JobProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.replay.Replay;
import dev.graft.harness.replay.Surroundings;
import dev.graft.harness.replay.TrialFinder;
import dev.graft.harness.trial.LocalProcesses;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code graft replay}. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Run a trial of a study again from its record, and tell whether the same comes out: losses,"
          + " predictions and the tensors of its checkpoint, bit for bit.",
      "What has changed since it ran (data, weights, versions, machine) is told first. On a CPU with"
          + " as many threads nothing else should differ."
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft replay 17 --store results/2026-01-31-120000"})
final class ReplayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "TRIAL",
      description = "Its number, as graft runs shows it, or the beginning of its key.")
  private String trial;

  @Mixin private StoredOption store = new StoredOption();

  ReplayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    TrialFinder.Found before = new TrialFinder(harness.stores()).find(trial, store.name());
    try (TemporaryFolder temporary = TemporaryFolder.make("replay")) {
      StudyFolder here = new StudyFolder(temporary.path());
      return replay(before.result(), harness.methods(), before.study(), here);
    }
  }

  private int replay(
      TrialResult before, Methods methods, StudyFolder study, StudyFolder temporary) {
    PrintStream out = terminal.out();
    out.println(
        "Replaying %s, seed %s".formatted(before.spec().arm().method(), before.spec().seed()));
    List<Surroundings.Change> changes = Surroundings.changes(before, methods, temporary);
    out.println(
        changes.isEmpty()
            ? "Data, weights, versions and machine are as they were."
            : "Not as it was:");
    for (Surroundings.Change change : changes) {
      out.println("  %s: %s, was %s".formatted(change.what(), change.is(), change.was()));
    }
    out.flush();
    Replay replay;
    try (JobProgress progress = new JobProgress(terminal)) {
      replay =
          Replay.of(
              before,
              study,
              temporary,
              LocalProcesses.alone(before.provenance().parallel()),
              progress);
    }
    replay.failure().ifPresent(failure -> out.println("It failed this time: " + failure.reason()));
    for (Replay.Comparison found : replay.comparisons()) {
      out.println(
          "  %-12s %s of %s equal%s"
              .formatted(
                  found.what(),
                  found.equal(),
                  found.all(),
                  found.remark().isEmpty() ? "" : "; " + found.remark()));
    }
    out.println(replay.isEqual() ? "The same came out, bit for bit." : "It came out differently.");
    return replay.isEqual() ? 0 : GraftException.Kind.TRIAL.exitCode();
  }
}
