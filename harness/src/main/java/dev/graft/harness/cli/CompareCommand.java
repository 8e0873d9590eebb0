package dev.graft.harness.cli;

import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.RecipeOptions;
import dev.graft.harness.cli.options.Seeds;
import dev.graft.harness.cli.options.StoreOption;
import dev.graft.harness.cli.options.TrialOptions;
import dev.graft.harness.cli.study.StudyRun;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.data.review.ReviewSource;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.study.declared.DeclaredStack;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.StackSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code graft compare}. */
@Command(
    name = "compare",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Train methods on one model and task; compare quality, parameters, time, memory, latency, disk.",
      "Without options: nine methods on a model and a task that Graft brings along."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Started again with the same options and --output, an interrupted study goes on where it stopped.",
      "Examples:",
      "  graft compare --methods full,lora:rank=4,houlsby:bottleneck=16,lora+prefix-tuning",
      "  graft compare --model hf:google-bert/bert-base-uncased --task SST-2/ --seeds 3"
    })
final class CompareCommand implements Callable<Integer> {
  private static final String METHODS =
      "full,head-only,bitfit,lora,prefix-tuning,houlsby,lin,pfeiffer,lora+prefix-tuning";

  private final Terminal terminal;

  @ParentCommand private Main main;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "A GLUE folder, or reviews, which Graft writes (default: ${DEFAULT-VALUE}).")
  private String task = ReviewSource.NAME;

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      description = {"By commas, as lora:rank=4; + stacks (default: ${DEFAULT-VALUE})."})
  private String methods = METHODS;

  @Option(
      names = "--baseline",
      paramLabel = "METHOD",
      description = "The one that the others are judged by (default: the first).")
  private Optional<String> baseline = Optional.empty();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many seeds, from 1 on, or seeds joined by commas (default: 1).")
  private Seeds seeds = Seeds.first(1);

  @Option(
      names = "--tune",
      paramLabel = "N",
      description = "Trials to tune each method by first, by validation (default: none).")
  private Optional<Integer> tune = Optional.empty();

  @Mixin private RecipeOptions recipe = new RecipeOptions();

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private TrialOptions trials = new TrialOptions();

  @Mixin private StoreOption store = new StoreOption();

  @Option(
      names = "--forgetting",
      paramLabel = "FILE",
      description = "General text, to measure what is forgotten of it (default: none).")
  private Optional<Path> forgetting = Optional.empty();

  @Option(
      names = "--untrained",
      description = "Also train all methods on the model with its weights drawn anew.")
  private boolean untrained;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where the results go (default: results/ and the time).")
  private Optional<Path> output = Optional.empty();

  CompareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    return new StudyRun(harness, terminal)
        .of(declaration(harness), output, store.address(), trials.events());
  }

  private Declaration declaration(Harness harness) {
    Recipe chosen = recipe.recipe();
    List<DeclaredStack> stacks =
        StackSpec.parseList(methods, harness.methods()).stream()
            .map(stack -> DeclaredStack.of(stack, "--methods " + methods))
            .toList();
    Arm frame =
        new Arm(
            model.named(harness),
            TaskFinder.isOfSource(task) ? task : ModelOption.absolute(Path.of(task)),
            "",
            false,
            main.device(),
            precision.value(),
            chosen);
    return new Declaration(
        Optional.empty(),
        untrained ? List.of(frame, frame.onUntrainedHost()) : List.of(frame),
        stacks,
        baseline,
        seeds.values(),
        tune.map(trials -> new Tuning(trials, Tuning.Search.RANDOM, Optional.empty(), 1)),
        forgetting.map(ModelOption::absolute).map(ForgettingSpec::of),
        Optional.of(LatencySpec.QUICK),
        trials.executor());
  }
}
