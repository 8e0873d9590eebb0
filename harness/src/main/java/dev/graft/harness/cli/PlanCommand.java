package dev.graft.harness.cli;

import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.json.Json;
import dev.graft.harness.model.Hosts;
import dev.graft.harness.report.text.PlanSummary;
import dev.graft.harness.report.text.PlanText;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.wiring.Harness;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import dev.graft.model.Plan;
import dev.graft.transformer.Stack;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft plan}. */
@Command(
    name = "plan",
    sortOptions = false,
    description = {
      "Say what methods on a model will cost, before anything is loaded: the sites at which they"
          + " act, parameters, memory, operations."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft plan --model gpt3-175b --stack lora:rank=4 --precision float16",
      "  graft plan --model hf:google-bert/bert-base-uncased --stack houlsby+prefix-tuning"
    })
final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "A folder with config.json, hf:org/name[@revision], of which only that is downloaded, or"
              + " a known shape such as gpt2-medium.")
  private String model;

  @Option(
      names = "--stack",
      required = true,
      paramLabel = "STACK",
      description = "A method with settings, or several joined by plus signs.")
  private String stack;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Texts in a batch (default: ${DEFAULT-VALUE}).")
  private Integer rows = Recipe.DEFAULT.batchSize();

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Tokens of each text (default: ${DEFAULT-VALUE}).")
  private Integer length = Recipe.DEFAULT.maxLength();

  @Option(
      names = "--labels",
      paramLabel = "N",
      description =
          "Classes of the task head, 1 for a score (default: the language-model head where the"
              + " model has one, else 2).")
  private Optional<Integer> labels = Optional.empty();

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    HostShape host = ModelOption.shape(model, terminal);
    StackSpec spec = StackSpec.parse(stack, new Harness().methods());
    Stack stacked = Stack.of(host, spec, Hosts.head(host, labels));
    PlanSummary plan = PlanSummary.of(model, new Plan(stacked, precision.value(), rows, length));
    if (json) {
      terminal.out().println(Json.page(plan));
    } else {
      PlanText.lines(plan).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
