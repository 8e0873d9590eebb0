package dev.graft.harness.cli.study;

import dev.graft.harness.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code graft study}. */
@Command(
    name = "study",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Run studies that are described in files of YAML: methods with lists of settings, on models and"
          + " tasks, over seeds.",
      "graft compare is the same thing with options."
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "A first study, with five arms:",
      "  methods:",
      "    - {method: lora, vary: {rank: [1, 2, 4, 8, 64]}}",
      "  seeds: 5"
    })
public final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private StudyCommand() {}

  /**
   * The command with those below it.
   *
   * @param device where a file names none
   */
  public static CommandLine line(Terminal terminal, Supplier<String> device) {
    return new CommandLine(new StudyCommand())
        .addSubcommand(new StudyRunCommand(terminal, device))
        .addSubcommand(new StudyCheckCommand(terminal, device))
        .addSubcommand(new StudyShowCommand(terminal, device))
        .addSubcommand(new StudySchemaCommand(terminal));
  }

  /** No command was named. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
