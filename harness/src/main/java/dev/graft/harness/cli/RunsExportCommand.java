package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.cli.options.RunFilterOptions;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.runs.RunsFormat;
import dev.graft.harness.report.runs.RunsTable;
import dev.graft.harness.wiring.Harness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft runs export}. */
@Command(
    name = "export",
    sortOptions = false,
    description = {
      "Write the trials that studies have stored into a file, one a row: what was asked, what it"
          + " depends on, and what came of it."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  graft runs export --format parquet --output trials.parquet",
      "  (in Python: pandas.read_parquet(\"trials.parquet\"))"
    })
final class RunsExportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv, jsonl or parquet (default: csv).")
  private RunsFormat format = RunsFormat.CSV;

  @Option(names = "--output", paramLabel = "FILE", required = true, description = "The file.")
  private Path output;

  @Mixin private RunFilterOptions filter = new RunFilterOptions();

  RunsExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (Files.exists(output)) {
      throw GraftException.input("%s is there already.", output)
          .expected("a name that is free")
          .found(Folders.kind(output))
          .remedy("remove it, or choose another name");
    }
    RunsTable table = RunsTable.of(filter.runs(new Harness().stores()));
    format.write(table, output);
    terminal
        .out()
        .println("%s written to %s".formatted(Units.count(table.rows().size(), "trial"), output));
    return ExitCode.OK;
  }
}
