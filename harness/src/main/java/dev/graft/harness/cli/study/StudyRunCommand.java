package dev.graft.harness.cli.study;

import dev.graft.harness.cli.options.StoreOption;
import dev.graft.harness.cli.options.TrialOptions;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.wiring.Harness;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft study run}. */
@Command(
    name = "run",
    sortOptions = false,
    description = "Run a study, or what is left of it, and show its report.",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "A study that was interrupted goes on where it stopped if it is started again with the same"
          + " --output.",
      "",
      "Example:",
      "  graft study run ranks.yaml --output results/ranks"
    })
final class StudyRunCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<String> device;

  @Mixin private FileParameter file = new FileParameter();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where the results go (default: results/ and the time).")
  private Optional<Path> output = Optional.empty();

  @Mixin private TrialOptions trials = new TrialOptions();

  @Mixin private StoreOption store = new StoreOption();

  StudyRunCommand(Terminal terminal, Supplier<String> device) {
    this.terminal = terminal;
    this.device = device;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    Declaration declared = file.declaration(harness, device);
    return new StudyRun(harness, terminal)
        .of(
            declared.with(trials.executor().orElse(declared.execution())),
            output,
            store.address(),
            trials.events());
  }
}
