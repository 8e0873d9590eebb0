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

  /** What the arms on one task and one model show. */
  record Part(Comparison comparison, Headline headline, List<String> findings) {
    private static Part of(StudyResult study) {
      Comparison comparison = Comparison.of(study);
      return new Part(
          comparison,
          Headline.of(study),
          comparison.contenders().isEmpty() ? List.of() : Findings.of(comparison));
    }
  }

  private final List<Part> parts;

  private Report(List<Part> parts) {
    this.parts = parts;
  }

  public static Report of(StudyResult study) {
    return new Report(study.comparable().stream().map(Part::of).toList());
  }

  /** The tables, what they show and what failed, at most 140 characters a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Part part : parts) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      addTo(lines, part);
    }
    return lines;
  }

  private static void addTo(List<String> lines, Part part) {
    Comparison comparison = part.comparison();
    lines.addAll(List.of(part.headline().title(), part.headline().facts(), ""));
    if (!comparison.contenders().isEmpty()) {
      List<ReportTable> tables = new ArrayList<>(List.of(ComparisonTable.of(comparison)));
      comparison.search().ifPresent(search -> tables.add(search.table(comparison.scale())));
      for (ReportTable table : tables) {
        lines.addAll(TextTable.lines(table, METHOD, LINE_WIDTH));
        lines.add("");
      }
    }
    part.findings().forEach(finding -> lines.addAll(item(finding)));
    for (TrialFailure failure : comparison.failures()) {
      lines.add("");
      lines.addAll(failure(failure).lines().toList());
    }
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
    AtomicFile.write(folder.resolve(PAGE), HtmlPage.of(parts));
    List<Part> found =
        parts.stream().filter(part -> !part.comparison().contenders().isEmpty()).toList();
    if (found.isEmpty()) {
      return List.of(folder.resolve(PAGE));
    }
    Json.write(
        folder.resolve(JSON),
        new Summaries(
            found.stream().map(part -> Summary.of(part.comparison(), part.findings())).toList()));
    AtomicFile.write(
        folder.resolve(CSV), TrialsCsv.of(found.stream().map(Part::comparison).toList()));
    return List.of(folder.resolve(PAGE), folder.resolve(JSON), folder.resolve(CSV));
  }

  /** What the JSON file holds. */
  private record Summaries(List<Summary> comparisons) {}
}
