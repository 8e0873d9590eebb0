package dev.graft.harness.cli.study;

import dev.graft.GraftException;
import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.terminal.StudyEvents;
import dev.graft.harness.cli.terminal.StudyProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyListener;
import dev.graft.harness.study.StudyListeners;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.study.file.StudyText;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.wiring.Harness;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs what is to be compared, and shows what came of it. */
public final class StudyRun {
  private final Harness harness;
  private final Terminal terminal;

  public StudyRun(Harness harness, Terminal terminal) {
    this.harness = harness;
    this.terminal = terminal;
  }

  /**
   * Runs all of it and shows its report.
   *
   * @param output the folder of the results; if absent one is named after the time
   * @param store where trials are kept; if absent in that folder
   * @param events whether events are written in the place of the report
   * @return the exit code
   */
  public int of(
      Declaration declaration, Optional<Path> output, Optional<String> store, boolean events) {
    Study study =
        declaration.study(
            name -> ModelOption.pinned(name, terminal),
            name -> ModelOption.shape(name, terminal),
            harness.methods());
    Path folder = OutputFolder.ofResults(output);
    StudyEvents told = new StudyEvents(terminal.out(), folder);
    StudyResult result;
    try (StudyProgress progress = new StudyProgress(terminal, folder)) {
      StudyListener listener = events ? new StudyListeners(List.of(progress, told)) : progress;
      result =
          harness
              .studyRunner()
              .run(
                  study,
                  StudyText.of(declaration),
                  declaration.execution(),
                  folder,
                  store,
                  listener);
    }
    Report report = Report.of(result);
    Report.Written written = report.write(folder, harness.reportFormats());
    if (events) {
      told.done(result.isComplete(), written.files());
    } else {
      print(report, new StudyFolder(folder), store, written.files());
    }
    written.failures().forEach(terminal.err()::println);
    return result.isComplete()
        ? written.failures().isEmpty() ? 0 : GraftException.Kind.PLUGIN.exitCode()
        : GraftException.Kind.TRIAL.exitCode();
  }

  private void print(
      Report report, StudyFolder folder, Optional<String> store, List<Path> written) {
    PrintStream out = terminal.out();
    report.lines().forEach(out::println);
    out.println();
    out.println("Results are in " + folder.path() + ":");
    written.forEach(file -> out.println("  " + folder.path().relativize(file)));
    if (store.isEmpty()) {
      out.println(
          "  study.db: every trial and every time, for graft to go on from; graft runs lists them");
    }
    out.println("  trials/: checkpoints and logs");
  }
}
