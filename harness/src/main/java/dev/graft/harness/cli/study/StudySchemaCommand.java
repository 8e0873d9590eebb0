package dev.graft.harness.cli.study;

import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.json.Json;
import dev.graft.harness.study.file.StudySchema;
import dev.graft.harness.wiring.Harness;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code graft study schema}. */
@Command(
    name = "schema",
    sortOptions = false,
    description =
        "Write the JSON schema of studies' files, by which editors complete and check them: all keys,"
            + " and the installed methods with their settings.",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example, and the first line of a file that many editors understand:",
      "  graft study schema > study.schema.json",
      "  # yaml-language-server: $schema=study.schema.json"
    })
final class StudySchemaCommand implements Callable<Integer> {
  private final Terminal terminal;

  StudySchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(Json.page(StudySchema.of(new Harness().methods())));
    return ExitCode.OK;
  }
}
