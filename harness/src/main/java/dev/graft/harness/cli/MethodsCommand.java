package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.json.Json;
import dev.graft.harness.report.text.MethodListing;
import dev.graft.harness.report.text.MethodReference;
import dev.graft.harness.report.text.MethodsText;
import dev.graft.harness.wiring.Harness;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code graft methods}. */
@Command(
    name = "methods",
    description = {
      "List the methods that are installed: where each comes from, and its settings.",
      "A plugin that can't be used is listed with the reason."
    })
final class MethodsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ArgGroup private final Form form = new Form();

  private static final class Form {
    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    @Option(names = "--markdown", description = "Write a reference of all settings.")
    private boolean markdown;
  }

  MethodsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    MethodListing listing = MethodListing.of(harness.methods(), harness.parts(), pluginJars());
    if (form.json) {
      terminal.out().println(Json.page(listing));
    } else if (form.markdown) {
      terminal.out().print(MethodReference.of(listing));
    } else {
      MethodsText.lines(listing).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }

  /** Those of the folder that the launcher named, if it was the launcher that started this. */
  private static List<Path> pluginJars() {
    String folder = System.getProperty("graft.plugins");
    List<Path> jars = new ArrayList<>();
    if (folder != null) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(folder), "*.jar")) {
        found.forEach(jars::add);
      } catch (IOException e) {
        throw GraftException.machine("The plugin folder can't be read.")
            .in(folder)
            .expected("a folder of JAR files, which may be empty")
            .found(Folders.reason(e))
            .remedy("make the folder again, or name another by --plugins")
            .causedBy(e);
      }
    }
    return jars;
  }
}
