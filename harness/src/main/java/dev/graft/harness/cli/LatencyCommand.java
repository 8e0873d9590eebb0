package dev.graft.harness.cli;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.cli.options.CudaGraphsOption;
import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.options.Numbers;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.options.TimesFolderOption;
import dev.graft.harness.cli.options.TimingOptions;
import dev.graft.harness.cli.terminal.LatencyReport;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.latency.LatencyArm;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.model.ShapeModel;
import dev.graft.harness.report.text.LatencyText;
import dev.graft.harness.wiring.Harness;
import dev.graft.host.HostShapes;
import dev.graft.methods.StackSpec;
import dev.graft.model.Model;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code graft latency}. */
@Command(
    name = "latency",
    sortOptions = false,
    description = {
      "Time forward passes of methods against those of the model alone, unmerged and merged, in"
          + " several processes: what a caller waits for, and on a GPU kernels and energy as well.",
      "Nothing is trained: methods cost the same before and after."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft latency --methods lora:rank=8,houlsby,lora+prefix-tuning --rows 1,16 --lengths 32,512",
      "  graft latency --model gpt2-medium --methods lora,lin --precision bfloat16 --device gpu"
    })
final class LatencyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ParentCommand private Main main;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A Hugging Face folder, hf:org/name[@revision], or a known shape such as gpt2-medium,"
              + " with weights that mean nothing (default: all-MiniLM-L6-v2).")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      description =
          "Methods joined by commas, with settings; plus signs join those that are used together"
              + " (default: ${DEFAULT-VALUE}).")
  private String methods = "lora,prefix-tuning,houlsby,lin,pfeiffer";

  @Option(
      names = "--rows",
      paramLabel = "LIST",
      description = "Texts in a batch, by commas (default: ${DEFAULT-VALUE}).")
  private Numbers rows = new Numbers(List.of(1, 16));

  @Option(
      names = "--lengths",
      paramLabel = "LIST",
      description = "Tokens of each text, by commas (default: ${DEFAULT-VALUE}).")
  private Numbers lengths = new Numbers(List.of(32, 128));

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Mixin private CudaGraphsOption graphs = new CudaGraphsOption();

  @Mixin private TimingOptions timing = new TimingOptions();

  @Mixin private TimesFolderOption output = new TimesFolderOption();

  LatencyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    LatencySpec spec = timing.spec(LatencySpec.grid(rows.values(), lengths.values()));
    List<LatencyArm> arms =
        StackSpec.parseList(methods, harness.methods()).stream()
            .map(stack -> LatencyArm.fresh(stack.toString()))
            .toList();
    String name = model.orElseGet(() -> ModelOption.embedded(harness));
    LatencyField.check(ModelOption.shape(name, terminal), arms, spec.sizes(), harness.methods());
    LatencyReport report = LatencyReport.in(output.folder(), terminal);
    LatencyField field =
        new LatencyField(
            written(name, report),
            main.device(),
            precision.value(),
            Optional.of(graphs.when()),
            arms);
    List<LatencyResult> found = report.of(field, spec, "latency");
    LatencyText.lines(found).forEach(terminal.out()::println);
    report.tellWhere();
    return ExitCode.OK;
  }

  /** What processes can load. */
  private String written(String name, LatencyReport report) {
    if (HostShapes.names().contains(name)) {
      return ShapeModel.write(HostShapes.configuration(name), report.folder().resolve(name))
          .toString();
    }
    String pinned = ModelOption.pinned(ModelOption.named(name), terminal);
    Model.check(ModelDirectory.of(pinned));
    return pinned;
  }
}
