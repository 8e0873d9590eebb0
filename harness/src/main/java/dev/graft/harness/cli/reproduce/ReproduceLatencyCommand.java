package dev.graft.harness.cli.reproduce;

import dev.graft.harness.cli.options.CudaGraphsOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.TimesFolderOption;
import dev.graft.harness.cli.options.TimingOptions;
import dev.graft.harness.cli.terminal.LatencyReport;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.latency.LatencyArm;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.paper.PublishedLatency;
import dev.graft.harness.model.ShapeModel;
import dev.graft.harness.report.text.LatencyText;
import dev.graft.harness.report.text.ReproducedText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft reproduce latency}. */
@Command(
    name = "latency",
    sortOptions = false,
    description = {
      "Table 1 and figure 5 of the LoRA paper: forward passes of GPT-2 medium alone, with LoRA merged"
          + " and unmerged, and with adapters, over rows, lengths and bottlenecks.",
      "Weights mean nothing here, and the head is one of two classes in the place of a language"
          + " model's; nothing is downloaded."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft reproduce latency --device gpu --precision bfloat16",
      "  graft reproduce latency --part table --quick"
    })
final class ReproduceLatencyCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<String> device;

  @Option(
      names = "--part",
      paramLabel = "PART",
      converter = Part.Converter.class,
      description = "table, figure or all (default: ${DEFAULT-VALUE}).")
  private Part part = Part.ALL;

  @Option(
      names = "--quick",
      description = "A tiny model and small batches, to try the command: no number means anything.")
  private boolean quick;

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private CudaGraphsOption graphs = new CudaGraphsOption();

  @Mixin private TimingOptions timing = new TimingOptions();

  @Mixin private TimesFolderOption output = new TimesFolderOption();

  ReproduceLatencyCommand(Terminal terminal, Supplier<String> device) {
    this.terminal = terminal;
    this.device = device;
  }

  @Override
  public Integer call() {
    PublishedLatency full = PublishedLatency.lora();
    PublishedLatency paper = quick ? full.quick() : full;
    timing.spec(paper.sizes()); // what is wrong with it is told before anything is written
    LatencyReport report = LatencyReport.in(output.folder(), terminal);
    Path model =
        ShapeModel.write(
            quick ? full.quickConfiguration() : full.configuration(),
            report.folder().resolve(full.model()));
    PrintStream out = terminal.out();
    out.println(paper.source());
    if (quick) {
      out.println("A tiny model and small batches: no number means anything.");
    }
    if (part.has(Part.TABLE)) {
      List<LatencyResult> found =
          report.of(field(model, paper.arms()), timing.spec(paper.sizes()), "table");
      show(ReproducedText.table(paper, found), found);
    }
    if (part.has(Part.FIGURE)) {
      List<LatencyResult> found =
          report.of(
              field(model, paper.figure().arms()), timing.spec(paper.figure().sizes()), "figure");
      show(ReproducedText.figure(paper.figure(), found), found);
    }
    report.tellWhere();
    return ExitCode.OK;
  }

  private void show(List<String> table, List<LatencyResult> found) {
    PrintStream out = terminal.out();
    out.println();
    table.forEach(out::println);
    out.println();
    LatencyText.notes(found).forEach(out::println);
  }

  private LatencyField field(Path model, List<LatencyArm> arms) {
    return new LatencyField(
        model.toString(), device.get(), precision.value(), Optional.of(graphs.when()), arms);
  }
}
