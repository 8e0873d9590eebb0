package dev.graft.harness.cli;

import dev.graft.files.JsonFile;
import dev.graft.harness.bench.growth.Axis;
import dev.graft.harness.bench.growth.GrowthPlan;
import dev.graft.harness.bench.growth.GrowthRun;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.TimesFolderOption;
import dev.graft.harness.cli.options.TimingOptions;
import dev.graft.harness.cli.terminal.JobProgress;
import dev.graft.harness.cli.terminal.LatencyReport;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.model.ShapeModel;
import dev.graft.harness.report.text.GrowthText;
import dev.graft.host.HostShapes;
import dev.graft.program.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft bench growth}. */
@Command(
    name = "growth",
    sortOptions = false,
    description = {
      "How time and memory of training steps grow with layers, length, rows and rank, and those of"
          + " forward passes with the adapters in one batch, beside what the plan says.",
      "Weights mean nothing here, and nothing is downloaded."
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft bench growth --device gpu --precision bfloat16"})
final class BenchGrowthCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<String> device;

  @Option(
      names = "--axes",
      paramLabel = "LIST",
      split = ",",
      description = "Only these: layers, length, rows, rank, adapters, by commas (default: all).")
  private List<Axis> axes = List.of();

  @Option(
      names = "--quick",
      description = "Tiny models and small batches, to try the command: no number means anything.")
  private boolean quick;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Of the rounds of each axis (default: ${DEFAULT-VALUE}).")
  private Integer seconds = 10;

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private TimesFolderOption output = new TimesFolderOption();

  BenchGrowthCommand(Terminal terminal, Supplier<String> device) {
    this.terminal = terminal;
    this.device = device;
  }

  @Override
  public Integer call() {
    TimingOptions.require("--seconds", seconds, 1, BenchCommand.MOST_SECONDS);
    String place = Device.resolved(device.get());
    GrowthPlan whole = GrowthPlan.on(place);
    GrowthPlan plan = (quick ? whole.quick() : whole).only(axes);
    LatencyReport report = LatencyReport.in(output.folder(), terminal);
    JobFolder job = new JobFolder(report.folder().resolve("growth"));
    GrowthRun.Found found;
    try (JobProgress progress = new JobProgress(terminal)) {
      found =
          GrowthRun.of(
              plan,
              layers -> written(plan.model(), layers, report.folder()),
              place,
              precision.value(),
              seconds,
              job,
              progress);
    }
    LatencyReport.require(found.failure(), job);
    Json.write(report.folder().resolve("growth.json"), found);
    GrowthText.lines(found.axes()).forEach(terminal.out()::println);
    report.tellWhere();
    return ExitCode.OK;
  }

  private String written(String shape, int layers, Path folder) {
    Path model = folder.resolve("%s-%s%s".formatted(shape, layers, quick ? "-tiny" : ""));
    JsonFile config = HostShapes.configuration(shape);
    JsonFile grown = GrowthPlan.withLayers(quick ? ShapeModel.tiny(config) : config, layers);
    return (Files.isDirectory(model) ? model : ShapeModel.write(grown, model)).toString();
  }
}
