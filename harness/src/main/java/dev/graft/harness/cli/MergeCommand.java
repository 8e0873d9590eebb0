package dev.graft.harness.cli;

import dev.graft.files.NewFolder;
import dev.graft.harness.cli.options.AdaptedOptions;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.model.AdaptedModel;
import dev.graft.harness.model.MergedModel;
import dev.graft.harness.report.text.MergeText;
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

/** {@code graft merge}. */
@Command(
    name = "merge",
    sortOptions = false,
    description = {
      "Merge an adapter into the weights of its model, and write these as a Hugging Face folder"
          + " that needs no adapter."
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft merge --adapter reviews-lora --output reviews-model"})
final class MergeCommand implements Callable<Integer> {
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
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The folder to be made.")
  private Path output;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description =
          "Of the weights in the folder: float32, bfloat16 or float16 (default: that of the"
              + " model's files).")
  private Optional<Precision> precision = Optional.empty();

  MergeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NewFolder.require(output);
    Harness harness = new Harness();
    MergedModel written;
    try (AdaptedModel opened =
        AdaptedModel.open(
            adapted.spec(Optional.of(adapter), main.device(), Precision.FLOAT32, harness, terminal),
            harness.methods())) {
      written = MergedModel.write(opened.attachment(), output, precision);
    }
    MergeText.lines(written).forEach(terminal.out()::println);
    terminal.out().println("written to " + output);
    return ExitCode.OK;
  }
}
