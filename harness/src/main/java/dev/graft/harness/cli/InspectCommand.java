package dev.graft.harness.cli;

import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.json.Json;
import dev.graft.harness.model.AdaptedModel;
import dev.graft.harness.model.Inspection;
import dev.graft.harness.model.Inspector;
import dev.graft.harness.report.text.InspectionText;
import dev.graft.harness.wiring.Harness;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.saved.Saved;
import java.nio.file.Path;
import java.util.Optional;
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

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The model of an adapter, as graft train takes it: where each tensor of the task head is"
              + " from is shown.")
  private Optional<String> model = Optional.empty();

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Inspection inspection = model.map(this::withModel).orElseGet(() -> Inspector.inspect(folder));
    if (json) {
      terminal.out().println(Json.page(inspection));
    } else {
      InspectionText.lines(inspection).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }

  private Inspection withModel(String name) {
    AdaptedModel.Spec spec =
        new AdaptedModel.Spec(
            name,
            Optional.of(folder),
            Saved.Base.SAME,
            true,
            "cpu",
            Precision.FLOAT32,
            Device.Capture.OFF);
    try (AdaptedModel opened = AdaptedModel.open(spec, new Harness().methods())) {
      return Inspector.inspect(folder).withHead(opened.attachment().headOrigins());
    }
  }
}
