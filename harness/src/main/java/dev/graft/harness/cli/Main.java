package dev.graft.harness.cli;

import dev.graft.harness.bench.Figure;
import dev.graft.harness.bench.growth.Axis;
import dev.graft.harness.cli.options.Converters;
import dev.graft.harness.cli.options.LearningRates;
import dev.graft.harness.cli.options.Margin;
import dev.graft.harness.cli.options.Numbers;
import dev.graft.harness.cli.options.RecipeOptions;
import dev.graft.harness.cli.options.Seeds;
import dev.graft.harness.cli.options.Sizes;
import dev.graft.harness.cli.reproduce.ReproduceCommand;
import dev.graft.harness.cli.study.StudyCommand;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.model.ExportFormat;
import dev.graft.harness.report.runs.RunsFormat;
import dev.graft.harness.trial.Stage;
import dev.graft.hub.Hub;
import dev.graft.program.Device.Capture;
import dev.graft.program.Precision;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Graft's command line. */
@Command(
    name = "graft",
    description = "Parameter-efficient fine-tuning of transformers: methods compared head to head.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Exit codes:",
      "  0   done",
      "  1   a trial failed, the rest is complete",
      "  2   an option, a file or a name that you gave is wrong",
      "  3   a plugin is wrong",
      "  4   the machine lacks something: memory, disk, a GPU",
      "  70  Graft itself is wrong"
    })
public final class Main implements Callable<Integer> {
  private static final int HELP_WIDTH = 100;
  private static final String AUTO = "auto";

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of Graft and Java.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  @Option(
      names = "--device",
      scope = ScopeType.INHERIT,
      paramLabel = "DEVICE",
      description = "cpu, gpu, gpu:N or auto (default: auto, a GPU where one is found).")
  private String device = AUTO;

  @Option(
      names = "--plugins",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Other plugins, in the place of the folder plugins beside the launcher.")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it; help shows it
  private String plugins;

  Main(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs one command and ends the virtual machine with its exit code. */
  public static void main(String[] args) {
    Hub.useProxiesForAll();
    Locale.setDefault(Locale.ROOT); // for libraries and plugins: Graft itself never asks for it
    System.setOut(utf8(System.out));
    System.setErr(utf8(System.err));
    Terminal terminal =
        new Terminal(System.in, System.out, System.err, Boolean.getBoolean("graft.interactive"));
    System.exit(new Main(terminal).run(args));
  }

  /** Runs one command and returns its exit code. */
  int run(String... args) {
    Failures failures = new Failures(terminal.err(), () -> debug);
    CommandLine line = new CommandLine(this);
    addCommands(line, args);
    line.registerConverter(Integer.class, Converters::whole)
        .registerConverter(Boolean.class, Converters::truth)
        .registerConverter(Boolean.TYPE, Converters::truth)
        .registerConverter(Long.class, Converters::large)
        .registerConverter(Double.class, Converters::real)
        .registerConverter(String.class, Converters::named)
        .registerConverter(Path.class, text -> Path.of(Converters.named(text)))
        .registerConverter(Seeds.class, Seeds::parse)
        .registerConverter(LearningRates.class, LearningRates::parse)
        .registerConverter(RecipeOptions.GraphLengths.class, RecipeOptions.GraphLengths::parse)
        .registerConverter(Capture.class, Converters::capture)
        .registerConverter(Numbers.class, Numbers::parse)
        .registerConverter(Sizes.class, Sizes::parse)
        .registerConverter(Figure.Arm.class, Converters::arm)
        .registerConverter(Axis.class, Converters::axis)
        .registerConverter(Margin.class, Margin::parse)
        .registerConverter(RecipeOptions.Kept.class, Converters::kept)
        .registerConverter(Precision.class, Converters::precision)
        .registerConverter(ExportFormat.class, Converters::format)
        .registerConverter(RunsFormat.class, Converters::runsFormat)
        .registerConverter(Stage.class, Converters::stage)
        .setExpandAtFiles(false) // a text may begin with an at sign
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(
            Help.defaultColorScheme(terminal.isInteractive() ? Help.Ansi.AUTO : Help.Ansi.OFF))
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(HELP_WIDTH);
    try {
      return line.execute(args);
    } catch (Error e) { // picocli handles exceptions only
      return failures.report(e);
    }
  }

  /**
   * Adds the command that the first argument names, or else all of them, as help and errors tell of
   * all: to read what each takes is a good part of the time to a first answer.
   */
  private void addCommands(CommandLine line, String... args) {
    Map<String, Supplier<Object>> commands = commands();
    Supplier<Object> named = args.length > 0 ? commands.get(args[0]) : null;
    if (named != null) {
      line.addSubcommand(named.get());
    } else {
      commands.values().forEach(command -> line.addSubcommand(command.get()));
    }
  }

  /** By their names, in the order of the help. */
  private Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("compare", () -> new CompareCommand(terminal));
    commands.put("study", () -> StudyCommand.line(terminal, this::device));
    commands.put("replay", () -> new ReplayCommand(terminal));
    commands.put("train", () -> new TrainCommand(terminal));
    commands.put("evaluate", () -> new EvaluateCommand(terminal));
    commands.put("predict", () -> new PredictCommand(terminal));
    commands.put("merge", () -> new MergeCommand(terminal));
    commands.put("export", () -> new ExportCommand(terminal));
    commands.put("inspect", () -> new InspectCommand(terminal));
    commands.put("seal", () -> new SealCommand(terminal));
    commands.put("plan", () -> new PlanCommand(terminal));
    commands.put("latency", () -> new LatencyCommand(terminal));
    commands.put(
        "bench",
        () ->
            new CommandLine(new BenchCommand(terminal))
                .addSubcommand(new BenchGrowthCommand(terminal, this::device)));
    commands.put("reproduce", () -> ReproduceCommand.line(terminal, this::device));
    commands.put(
        "methods",
        () ->
            new CommandLine(new MethodsCommand(terminal))
                .addSubcommand(new MethodsCheckCommand(terminal)));
    commands.put(
        "runs",
        () ->
            new CommandLine(new RunsCommand(terminal))
                .addSubcommand(new RunsExportCommand(terminal)));
    return commands;
  }

  /** What is printed is the same on every machine, and another program can read it. */
  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** The device that was asked for, or else the one that the launcher found. */
  String device() {
    return device.equals(AUTO) ? System.getProperty("graft.device", AUTO) : device;
  }

  /** No command was named. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
