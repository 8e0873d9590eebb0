package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.files.NewFolder;
import dev.graft.harness.cli.options.AnyBaseOption;
import dev.graft.harness.cli.options.DataOptions;
import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.RecipeOptions;
import dev.graft.harness.cli.terminal.JobProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.curves.EventFile;
import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.report.text.OverviewText;
import dev.graft.harness.report.text.TrainingText;
import dev.graft.harness.training.QualityJudge;
import dev.graft.harness.training.QualityJudge.Qualities;
import dev.graft.harness.training.Start;
import dev.graft.harness.training.Trail;
import dev.graft.harness.training.TrainingResult;
import dev.graft.harness.training.TrainingRun;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.StackSpec;
import dev.graft.program.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code graft train}. */
@Command(
    name = "train",
    sortOptions = false,
    customSynopsis = "graft train --output=DIR [OPTIONS]",
    description = "Train one method, or a stack of several, on one model, and save the result.",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft train --stack lora:rank=8+prefix-tuning --output reviews-lora",
      "  graft train --model hf:openai-community/gpt2 --stack lora --text train.txt --output lm"
    })
final class TrainCommand implements Callable<Integer> {
  private static final String STACK = "lora";

  private final Terminal terminal;

  @ParentCommand private Main main;

  @Spec private CommandSpec spec;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--stack",
      paramLabel = "STACK",
      description =
          "Methods with settings, joined by + (see graft methods; default: " + STACK + ").")
  private Optional<String> stack = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Train a saved adapter further, with a new optimiser.")
  private Optional<Path> from = Optional.empty();

  @Mixin private AnyBaseOption anyBase = new AnyBaseOption();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The folder to be made.")
  private Path output;

  @Mixin private RecipeOptions recipe = new RecipeOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of fresh parameters, order of data and dropout (default: ${DEFAULT-VALUE}).")
  private Long seed = 1L;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write curves into this folder, for TensorBoard.")
  private Optional<Path> tensorboard = Optional.empty();

  @Mixin private PrecisionOption precision = new PrecisionOption();

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NewFolder.require(output);
    Harness harness = new Harness();
    Start start = start(harness);
    Objective objective = data.training();
    String pinned = model.pinned(harness, terminal);
    TrainingResult<Qualities> result;
    Costs costs;
    try (JobProgress progress = new JobProgress(terminal);
        Device device = Device.named(main.device());
        PhaseMeter meter = new PhaseMeter(device, precision.value())) {
      TrainingRun run =
          new TrainingRun(
              pinned,
              objective,
              start,
              recipe.recipe(),
              precision.value(),
              seed,
              output,
              Optional.of(command()),
              Optional.empty(),
              trail(line -> progress.tell(List.of(line))));
      QualityJudge judge =
          new QualityJudge(
              objective,
              progress,
              overview -> progress.tell(OverviewText.lines(overview, recipe.recipe().maxLength())));
      result = run.on(device, meter, harness.methods(), judge, progress);
      costs = meter.costs();
    }
    TrainingText.lines(result, costs).forEach(terminal.out()::println);
    terminal.out().println("saved in " + output);
    return ExitCode.OK;
  }

  /** The same command goes on where it was interrupted. */
  private Trail trail(Consumer<String> told) {
    Path name = output.toAbsolutePath().normalize().getFileName();
    return new Trail(
        Optional.of(output.resolveSibling(name + ".unfinished.safetensors")),
        Trail.EVERY,
        tensorboard.map(folder -> folder.resolve(name).resolve(EventFile.NAME)),
        told);
  }

  private Start start(Harness harness) {
    if (from.isPresent() && stack.isPresent()) {
      throw GraftException.input("A saved adapter brings its own methods.")
          .found("--from %s --stack %s", from.get(), stack.get())
          .remedy("leave one of them out");
    }
    return from.isPresent()
        ? new Start.Further(from.get(), anyBase.value())
        : new Start.Fresh(StackSpec.parse(stack.orElse(STACK), harness.methods()));
  }

  private String command() {
    return "graft "
        + String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
  }
}
