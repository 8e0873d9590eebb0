package dev.graft.harness.cli.study;

import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.study.file.StudyText;
import dev.graft.harness.wiring.Harness;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code graft study show}. */
@Command(
    name = "show",
    sortOptions = false,
    description =
        "Write a study as it was understood: with all defaults, and its methods one by one. It reads"
            + " back to the same study.",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft study show ranks.yaml > resolved.yaml"})
final class StudyShowCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<String> device;

  @Mixin private FileParameter file = new FileParameter();

  StudyShowCommand(Terminal terminal, Supplier<String> device) {
    this.terminal = terminal;
    this.device = device;
  }

  @Override
  public Integer call() {
    terminal.out().print(StudyText.of(file.declaration(new Harness(), device)));
    return ExitCode.OK;
  }
}
