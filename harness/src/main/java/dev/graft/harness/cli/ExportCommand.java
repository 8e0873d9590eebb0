package dev.graft.harness.cli;

import dev.graft.files.NewFolder;
import dev.graft.harness.cli.options.AdaptedOptions;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.model.AdaptedModel;
import dev.graft.harness.model.ExportFormat;
import dev.graft.harness.wiring.Harness;
import dev.graft.program.Precision;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code graft export}. */
@Command(
    name = "export",
    sortOptions = false,
    description = "Write an adapter, or the model with it, for other libraries.",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft export --adapter lm --format peft --output lm-peft"})
final class ExportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ParentCommand private Main main;

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = AdaptedOptions.ADAPTER + ".")
  private Path adapter;

  @Mixin private AdaptedOptions adapted = new AdaptedOptions();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = {
        "peft or adapterhub: the adapter alone, as these libraries save it, for a stack of one"
            + " method that they have.",
        "huggingface: the model with the adapter merged into its weights, as graft merge writes"
            + " it.",
        "torchscript: the model with the adapter as one file that PyTorch and DJL run alone; what"
            + " can be merged is."
      })
  private ExportFormat format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "The folder, or of torchscript the file, to be made.")
  private Path output;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NewFolder.require(output);
    Harness harness = new Harness();
    try (AdaptedModel opened =
        AdaptedModel.open(
            adapted.spec(Optional.of(adapter), main.device(), Precision.FLOAT32, harness, terminal),
            harness.methods())) {
      format.write(opened.attachment(), output, opened.provenance());
    }
    terminal.out().println("written to " + output);
    return ExitCode.OK;
  }
}
