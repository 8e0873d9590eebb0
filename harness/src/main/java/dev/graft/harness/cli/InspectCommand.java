package dev.graft.harness.cli;

import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.model.Inspection;
import dev.graft.harness.model.Inspector;
import dev.graft.harness.report.text.InspectionText;
import dev.graft.harness.store.Json;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft inspect}. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = {
      "Show what is in a folder: of a model, of an adapter that Graft saved, or of one of PEFT or"
          + " AdapterHub."
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft inspect reviews-lora"})
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "The folder.")
  private Path folder;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Inspection inspection = Inspector.inspect(folder);
    if (json) {
      terminal.out().println(Json.page(inspection));
    } else {
      InspectionText.lines(inspection).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
