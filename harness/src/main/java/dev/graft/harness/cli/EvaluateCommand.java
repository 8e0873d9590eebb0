package dev.graft.harness.cli;

import dev.graft.harness.cli.options.AdaptedOptions;
import dev.graft.harness.cli.options.CudaGraphsOption;
import dev.graft.harness.cli.options.DataOptions;
import dev.graft.harness.cli.options.MaxLengthOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.terminal.JobProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.json.Json;
import dev.graft.harness.model.AdaptedModel;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Quality;
import dev.graft.harness.report.text.QualityText;
import dev.graft.harness.wiring.Harness;
import dev.graft.model.HeadOrigin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code graft evaluate}. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = {
      "Tell how well a model does, with an adapter or alone: a task's metrics on its test split,"
          + " or the perplexity of a language model on texts."
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft evaluate --adapter reviews-lora --task reviews"})
final class EvaluateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ParentCommand private Main main;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = AdaptedOptions.ADAPTER + " (default: none, the model answers alone).")
  private Optional<Path> adapter = Optional.empty();

  @Mixin private AdaptedOptions adapted = new AdaptedOptions();

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private MaxLengthOption maxLength = new MaxLengthOption();

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private CudaGraphsOption graphs = new CudaGraphsOption();

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  /** What is written as JSON. */
  private record Evaluation(String on, List<Quality.Score> scores, List<HeadOrigin> head) {}

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    Objective objective = data.judging();
    Quality quality;
    List<HeadOrigin> head;
    try (JobProgress progress = new JobProgress(terminal);
        AdaptedModel opened =
            AdaptedModel.open(
                adapted
                    .spec(adapter, main.device(), precision.value(), harness, terminal)
                    .withCapture(graphs.when()),
                harness.methods())) {
      head = opened.attachment().headOrigins();
      quality = opened.test(objective, maxLength.value(), progress);
    }
    if (json) {
      terminal.out().println(Json.page(new Evaluation(quality.on(), quality.scores(), head)));
    } else {
      QualityText.lines(quality).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
