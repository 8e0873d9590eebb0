package dev.graft.harness.cli;

import dev.graft.harness.cli.options.RunFilterOptions;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.json.Json;
import dev.graft.harness.report.runs.RunsTable;
import dev.graft.harness.report.runs.RunsText;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.wiring.Harness;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft runs}. */
@Command(
    name = "runs",
    sortOptions = false,
    description = "List the trials that studies have stored, those that failed among them.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  graft runs --method lora --stage final",
      "  graft runs --store jdbc:postgresql://localhost/trials --failed"
    })
final class RunsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunFilterOptions filter = new RunFilterOptions();

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  RunsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<StoredRun> runs = filter.runs(new Harness().stores());
    if (json) {
      terminal.out().println(Json.page(RunsTable.of(runs).rows()));
    } else {
      RunsText.lines(runs).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
