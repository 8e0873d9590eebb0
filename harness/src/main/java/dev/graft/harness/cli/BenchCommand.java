package dev.graft.harness.cli;

import dev.graft.files.JsonFile;
import dev.graft.harness.bench.BenchJob;
import dev.graft.harness.bench.BenchRun;
import dev.graft.harness.bench.BenchSpec;
import dev.graft.harness.bench.Figure;
import dev.graft.harness.bench.WorkList;
import dev.graft.harness.cli.options.CudaGraphsOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.Sizes;
import dev.graft.harness.cli.options.TimesFolderOption;
import dev.graft.harness.cli.options.TimingOptions;
import dev.graft.harness.cli.terminal.JobProgress;
import dev.graft.harness.cli.terminal.LatencyReport;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.model.ShapeModel;
import dev.graft.harness.report.text.BenchText;
import dev.graft.host.HostShapes;
import dev.graft.program.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code graft bench}. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Time forward passes and training steps of known shapes, and the memory that they take,"
          + " beside another library that computes the same on the same weights and takes turns.",
      "Weights mean nothing here, and nothing is downloaded."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft bench --device gpu --precision bfloat16 --peer \"python3 peer.py\"",
      "  graft bench --work step --peer graft --ways none,all"
    })
final class BenchCommand implements Callable<Integer> {
  static final int MOST_SECONDS = 100_000;

  private final Terminal terminal;

  @ParentCommand private Main main;

  @Option(
      names = "--work",
      paramLabel = "LIST",
      split = ",",
      description =
          "forward, step, classes, mixed, small, by commas (default: small on a processor, the"
              + " others on a GPU).")
  private List<String> works = List.of();

  @Option(
      names = "--arms",
      paramLabel = "LIST",
      split = ",",
      description = "Only these: base, adapted, merged, mixed, by commas (default: the work's).")
  private List<Figure.Arm> arms = List.of();

  @Option(
      names = "--sizes",
      paramLabel = "LIST",
      description = "Rows by tokens, as in 1x128,8x512 (default: the work's).")
  private Sizes sizes = Sizes.NONE;

  @Option(
      names = "--quick",
      description = "Tiny models and small batches, to try the command: no number means anything.")
  private boolean quick;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description =
          "What starts the other side, once for each way: a Python with peer.py of the harness's test"
              + " resources, or the word graft for this library (default: Graft alone).")
  private Optional<String> peer = Optional.empty();

  @Option(
      names = "--ways",
      paramLabel = "LIST",
      split = ",",
      description =
          "How the other side computes: eager or compiled; or the optimisations that Graft leaves"
              + " out, none of them or all (default: eager,compiled).")
  private List<String> ways = List.of("eager", "compiled");

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "Each times everything anew (default: ${DEFAULT-VALUE}).")
  private Integer processes = 1;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Of each figure's rounds, all sides together (default: ${DEFAULT-VALUE}).")
  private Integer seconds = 5;

  @Option(
      names = "--limit",
      paramLabel = "MINUTES",
      description =
          "Of a process: after it no figure is begun, and those left out are told; another side that"
              + " does not answer for so long is given up (default: ${DEFAULT-VALUE}).")
  private Double limit = 30.0;

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private CudaGraphsOption graphs = new CudaGraphsOption();

  @Mixin private TimesFolderOption output = new TimesFolderOption();

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    TimingOptions.require("--processes", processes, 1, LatencySpec.MOST_PROCESSES);
    TimingOptions.require("--seconds", seconds, 1, MOST_SECONDS);
    TimingOptions.requireMinutes("--limit", limit);
    String device = Device.resolved(main.device());
    List<WorkList.Entry> asked = asked(device);
    LatencyReport report = LatencyReport.in(output.folder(), terminal);
    BenchSpec spec =
        new BenchSpec(
            WorkList.figures(asked, shape -> written(shape, report.folder())),
            device,
            precision.value(),
            graphs.when(),
            peer.map(command -> List.of(command.strip().split("\\s+", -1))).orElse(List.of()),
            ways,
            seconds,
            limit,
            processes);
    JobFolder job = new JobFolder(report.folder().resolve("bench"));
    BenchRun.Found found;
    try (JobProgress progress = new JobProgress(terminal)) {
      found = BenchRun.of(spec, job, progress);
    }
    LatencyReport.require(found.failure(), job);
    Json.write(report.folder().resolve("bench.json"), new Measurement(spec, found.processes()));
    BenchText.lines(spec, found.processes()).forEach(terminal.out()::println);
    report.tellWhere();
    return ExitCode.OK;
  }

  /** What a file holds. */
  record Measurement(BenchSpec spec, List<BenchJob.Results> processes) {}

  private List<WorkList.Entry> asked(String device) {
    WorkList all = WorkList.all();
    return (works.isEmpty() ? all.on(device) : all.named(works))
        .stream()
            .map(work -> quick ? work.quick() : work)
            .map(
                work ->
                    work.with(
                        work.arms().stream()
                            .filter(arm -> arms.isEmpty() || arms.contains(arm))
                            .toList(),
                        sizes.values().isEmpty() ? work.sizes() : sizes.values()))
            .toList();
  }

  private String written(String shape, Path folder) {
    Path model = folder.resolve(quick ? shape + "-tiny" : shape);
    JsonFile config = HostShapes.configuration(shape);
    return (Files.isDirectory(model)
            ? model
            : ShapeModel.write(quick ? ShapeModel.tiny(config) : config, model))
        .toString();
  }
}
