package dev.graft.harness.report.comparison;

import dev.graft.files.AtomicFile;
import dev.graft.harness.json.Json;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.trial.TrialFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a study found, for people and for programs. */
public final class Report {
  private static final int LINE_WIDTH = 140;
  private static final int METHOD = 0;
  private static final String JSON = "report.json";
  private static final String CSV = "trials.csv";
  private static final String PAGE = "report.html";

  private final Comparison comparison;
  private final Headline headline;
  private final List<String> findings;

  private Report(Comparison comparison, Headline headline) {
    this.comparison = comparison;
    this.headline = headline;
    this.findings = comparison.contenders().isEmpty() ? List.of() : Findings.of(comparison);
  }

  public static Report of(StudyResult study) {
    return new Report(Comparison.of(study), Headline.of(study));
  }

  /** The table, what it shows and what failed, at most 140 characters a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(headline.title(), headline.facts(), ""));
    if (!comparison.contenders().isEmpty()) {
      lines.addAll(TextTable.lines(ComparisonTable.of(comparison), METHOD, LINE_WIDTH));
      lines.add("");
    }
    if (!comparison.contenders().isEmpty() && comparison.search().isPresent()) {
      ReportTable tuning = comparison.search().get().table(comparison.scale());
      lines.addAll(TextTable.lines(tuning, METHOD, LINE_WIDTH));
      lines.add("");
    }
    findings.forEach(finding -> lines.addAll(item(finding)));
    for (TrialFailure failure : comparison.failures()) {
      lines.add("");
      lines.addAll(failure(failure).lines().toList());
    }
    return lines;
  }

  private static List<String> item(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : TextTable.wrap(text, LINE_WIDTH - 2)) {
      lines.add((lines.isEmpty() ? "* " : "  ") + line);
    }
    return lines;
  }

  static String failure(TrialFailure failure) {
    return "%s, seed %s, failed: %s%n  log: %s"
        .formatted(
            failure.spec().arm().method()
                + (failure.spec().arm().untrained() ? " (untrained host)" : ""),
            failure.spec().seed(),
            failure.reason(),
            failure.log());
  }

  /**
   * Writes the JSON, CSV and HTML files.
   *
   * @return the files, the page first
   */
  public List<Path> write(Path folder) {
    AtomicFile.write(folder.resolve(PAGE), HtmlPage.of(comparison, headline, findings));
    if (comparison.contenders().isEmpty()) {
      return List.of(folder.resolve(PAGE));
    }
    Json.write(folder.resolve(JSON), Summary.of(comparison, findings));
    AtomicFile.write(folder.resolve(CSV), TrialsCsv.of(comparison));
    return List.of(folder.resolve(PAGE), folder.resolve(JSON), folder.resolve(CSV));
  }
}
