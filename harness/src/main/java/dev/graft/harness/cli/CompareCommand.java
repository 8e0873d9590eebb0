package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.files.Folders;
import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.RecipeOptions;
import dev.graft.harness.cli.options.Seeds;
import dev.graft.harness.cli.options.TrialOptions;
import dev.graft.harness.cli.terminal.StudyEvents;
import dev.graft.harness.cli.terminal.StudyProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.study.ArmNames;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyListener;
import dev.graft.harness.study.StudyListeners;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code graft compare}. */
@Command(
    name = "compare",
    sortOptions = false,
    description = {
      "Train methods on one model and task, and compare them: quality, trained parameters, time,"
          + " memory, latency, disk.",
      "Without options: nine methods on a model and a task that Graft brings along."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "A study that was interrupted goes on where it stopped if it is started again with the same"
          + " options and its --output.",
      "",
      "Examples:",
      "  graft compare --methods full,lora:rank=4,houlsby:bottleneck=16,lora+prefix-tuning",
      "  graft compare --model hf:google-bert/bert-base-uncased --task SST-2/ --seeds 3"
    })
final class CompareCommand implements Callable<Integer> {
  private static final String METHODS =
      "full,head-only,bitfit,lora,prefix-tuning,houlsby,lin,pfeiffer,lora+prefix-tuning";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss", Locale.ROOT);

  private final Terminal terminal;

  @ParentCommand private Main main;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "A GLUE folder, or reviews, which Graft writes (default: ${DEFAULT-VALUE}).")
  private String task = TaskFinder.REVIEWS;

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      description = {
        "Methods joined by commas, with settings: lora:rank=4,alpha=8. Plus signs join methods"
            + " that are used together. graft methods lists them (default: ${DEFAULT-VALUE})."
      })
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

  @Mixin private RecipeOptions recipe = new RecipeOptions();

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private TrialOptions trials = new TrialOptions();

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
    Study study = study(harness);
    Path folder =
        output.orElseGet(
            () -> Path.of("results", LocalDateTime.now(ZoneId.systemDefault()).format(TIMESTAMP)));
    refuseFile(folder);
    StudyEvents events = new StudyEvents(terminal.out(), folder);
    StudyResult result;
    try (StudyProgress progress = new StudyProgress(terminal, folder)) {
      StudyListener listener =
          trials.events() ? new StudyListeners(List.of(progress, events)) : progress;
      result = harness.studyRunner().run(study, trials.executor(), folder, listener);
    }
    Report report = Report.of(result);
    List<Path> written = report.write(folder);
    if (trials.events()) {
      events.done(result.isComplete(), written);
    } else {
      print(report, new StudyFolder(folder), written);
    }
    return result.isComplete() ? 0 : GraftException.Kind.TRIAL.exitCode();
  }

  private Study study(Harness harness) {
    Recipe chosen = recipe.recipe();
    List<String> stacks = stacks(harness.methods());
    Arm first =
        new Arm(
            model.pinned(harness, terminal),
            task.equals(TaskFinder.REVIEWS) ? task : ModelOption.absolute(Path.of(task)),
            stacks.get(0),
            false,
            main.device(),
            precision.value(),
            chosen);
    List<Arm> arms = new ArrayList<>(stacks.stream().map(first::withMethod).toList());
    if (untrained) {
      stacks.forEach(stack -> arms.add(first.withMethod(stack).onUntrainedHost()));
    }
    Map<String, Arm> named = ArmNames.of(arms, harness.methods());
    return new Study(
        named,
        baseline
            .map(name -> baseline(name, named.keySet()))
            .orElse(named.keySet().iterator().next()),
        seeds.values(),
        Optional.empty(),
        Optional.of(LatencySpec.DEFAULT));
  }

  private static String baseline(String name, Set<String> arms) {
    if (!arms.contains(name)) {
      throw GraftException.input(
              "The baseline '%s' is not one of the arms.%s", name, Names.didYouMean(name, arms))
          .expected(String.join(", ", arms));
    }
    return name;
  }

  private List<String> stacks(Methods installed) {
    List<String> stacks =
        StackSpec.parseList(methods, installed).stream().map(StackSpec::toString).toList();
    Set<String> seen = new HashSet<>();
    for (String stack : stacks) {
      if (!seen.add(stack)) {
        throw GraftException.input("The method '%s' is listed twice.", stack)
            .found("--methods %s", methods)
            .remedy("settings at their defaults make no difference");
      }
    }
    return stacks;
  }

  private static void refuseFile(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw GraftException.input("The results can't go to %s.", folder)
          .expected("a folder, or a name that is free")
          .found(Folders.kind(folder));
    }
  }

  private void print(Report report, StudyFolder folder, List<Path> written) {
    PrintStream out = terminal.out();
    report.lines().forEach(out::println);
    out.println();
    out.println("Results are in " + folder.path() + ":");
    written.forEach(file -> out.println("  " + folder.path().relativize(file)));
    out.println(
        "  trials.jsonl, latency.jsonl: every trial and every time, for graft to go on from");
    out.println("  trials/: checkpoints and logs");
  }
}
