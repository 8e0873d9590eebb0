package dev.graft.harness.cli;

import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.saved.GraftRecord;
import dev.graft.saved.Saved;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code graft seal}. */
@Command(
    name = "seal",
    sortOptions = false,
    description = {
      "Seal an adapter that Graft saved as it is, after its files were changed on purpose: an"
          + " adapter whose seal is broken is not used."
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft seal reviews-lora"})
final class SealCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "The adapter's folder.")
  private Path folder;

  SealCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<String> changed = GraftRecord.damaged(folder);
    if (changed.isEmpty()) {
      terminal.out().println("The seal holds: nothing to be done.");
    } else {
      Saved.seal(folder);
      terminal.out().println("Sealed, with changes in " + String.join(", ", changed) + ".");
    }
    return ExitCode.OK;
  }
}
