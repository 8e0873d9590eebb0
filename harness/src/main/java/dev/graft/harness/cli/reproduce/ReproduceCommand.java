package dev.graft.harness.cli.reproduce;

import dev.graft.harness.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code graft reproduce}. */
@Command(
    name = "reproduce",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Run experiments of papers again, and show their numbers beside those found here.",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n")
public final class ReproduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private ReproduceCommand() {}

  /**
   * The command with those below it.
   *
   * @param device that is asked for
   */
  public static CommandLine line(Terminal terminal, Supplier<String> device) {
    return new CommandLine(new ReproduceCommand())
        .addSubcommand(new ReproduceLatencyCommand(terminal, device));
  }

  /** No command was named. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
