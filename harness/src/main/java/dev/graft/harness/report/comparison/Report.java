package dev.graft.harness.report.comparison;

import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.parts.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a study found, for people and for programs. */
public final class Report {
  private static final int LINE_WIDTH = 140;
  private static final int METHOD = 0;

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

  private final List<StudyResult> results;
  private final List<Part> parts;

  private Report(List<StudyResult> results) {
    this.results = results;
    this.parts = results.stream().map(Part::of).toList();
  }

  public static Report of(StudyResult study) {
    return new Report(study.comparable());
  }

  /** What was found, unrounded: one for each model with each task, which alone can be compared. */
  public List<StudyResult> results() {
    return results;
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

  /** The parts, one for each task and model. */
  List<Part> parts() {
    return parts;
  }

  /** The comparisons in which a trial has a result. */
  List<Part> compared() {
    return parts.stream().filter(part -> !part.comparison().contenders().isEmpty()).toList();
  }

  /**
   * The files of a report.
   *
   * @param files in the order of the formats
   * @param failures why formats that JARs bring could not be written, in a few lines each
   */
  public record Written(List<Path> files, List<String> failures) {}

  /** Writes it in each format that has something to say; what fails in one leaves the others. */
  public Written write(Path folder, Parts<ReportFormat> formats) {
    List<Path> files = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    formats.broken().forEach(each -> failures.add("A report format can't be used: " + each));
    for (Parts.Installed<ReportFormat> format : formats.all()) {
      Optional<String> text;
      try {
        text = format.part().text(this);
      } catch (RuntimeException | LinkageError e) {
        if (format.isOwn()) {
          throw e;
        }
        failures.add(
            GraftException.thrownByPlugin(e, "A report format failed.").in(format).getMessage());
        continue;
      }
      if (text.isPresent()) {
        Path file = folder.resolve(format.part().file());
        AtomicFile.write(file, text.get());
        files.add(file);
      }
    }
    return new Written(files, failures);
  }
}
