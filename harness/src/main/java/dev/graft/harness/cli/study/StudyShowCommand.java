package dev.graft.harness.cli.study;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.harness.cli.options.StoreOption;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.figure.Stills;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.StudyRecord;
import dev.graft.harness.study.file.StudyText;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.wiring.Harness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft study show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = {
      "Show the report of a study again, as far as it has come; nothing is run.",
      "Of a file, write the study as it was understood: with all defaults, and its methods one by"
          + " one. It reads back to the same study."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft study show results/ranks",
      "  graft study show results/ranks --report paper --figures paper/figures",
      "  graft study show ranks.yaml > resolved.yaml"
    })
final class StudyShowCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<String> device;

  @Parameters(
      index = "0",
      paramLabel = "STUDY",
      description = "The folder of a study's results, or a study's file.")
  private Path study;

  @Mixin private StoreOption store = new StoreOption();

  @Option(names = "--file", description = "Write the file that the results are of.")
  private boolean isFileWanted;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Also write the files of the report into a folder.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--figures",
      paramLabel = "DIR",
      description = "Also write each figure as SVG, PNG and PDF into a folder.")
  private Optional<Path> figures = Optional.empty();

  StudyShowCommand(Terminal terminal, Supplier<String> device) {
    this.terminal = terminal;
    this.device = device;
  }

  @Override
  public Integer call() {
    Harness harness = new Harness();
    if (!Files.isDirectory(study) && store.address().isEmpty()) {
      terminal.out().print(StudyText.of(FileParameter.declaration(study, harness, device)));
      return ExitCode.OK;
    }
    StudyFolder folder = new StudyFolder(study.toAbsolutePath().normalize());
    try (TrialStore opened = open(harness.stores())) {
      StudyRecord record = StudyRecord.latest(opened, folder);
      if (isFileWanted) {
        terminal.out().print(record.declared());
        return ExitCode.OK;
      }
      return show(Report.of(record.result()), harness);
    }
  }

  private TrialStore open(Stores stores) {
    String named = store.address().orElse(study.toString());
    List<String> found = stores.existing(named);
    if (found.size() > 1) {
      throw GraftException.input("There are %s studies in %s.", found.size(), named)
          .expected("the folder of one of them")
          .found(
              found.stream()
                  .map(address -> address.substring(Stores.FILES.length()))
                  .collect(joining(", ")));
    }
    return stores.open(found.get(0));
  }

  private int show(Report shown, Harness harness) {
    shown.lines().forEach(terminal.out()::println);
    if (report.isEmpty() && figures.isEmpty()) {
      return ExitCode.OK;
    }
    terminal.out().println();
    figures.ifPresent(OutputFolder::create);
    figures.ifPresent(folder -> told(Stills.write(shown, folder)));
    List<String> failures = report.map(folder -> written(shown, folder, harness)).orElse(List.of());
    failures.forEach(terminal.err()::println);
    return failures.isEmpty() ? ExitCode.OK : GraftException.Kind.PLUGIN.exitCode();
  }

  private List<String> written(Report shown, Path folder, Harness harness) {
    OutputFolder.create(folder);
    Report.Written written = shown.write(folder, harness.reportFormats());
    told(written.files());
    return written.failures();
  }

  private void told(List<Path> files) {
    files.forEach(file -> terminal.out().println("Written: " + file));
  }
}
