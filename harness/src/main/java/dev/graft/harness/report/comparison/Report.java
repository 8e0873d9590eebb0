package dev.graft.harness.report.comparison;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Claim;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.forgetting.ForgettingFindings;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.parts.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a study found, for people and for programs. */
public final class Report {
  private static final int LINE_WIDTH = 140;
  private static final int METHOD = 0;

  /**
   * What the arms on one task and one model show.
   *
   * @param findings absent if no trial has a result
   */
  public record Part(Comparison comparison, Headline headline, Optional<Findings> findings) {
    public List<String> sentences() {
      return findings.map(Findings::sentences).orElse(List.of());
    }
  }

  private final Optional<String> name;
  private final List<StudyResult> results;
  private final List<Part> parts;
  private final boolean isFinished;

  private Report(StudyResult study, List<StudyResult> results, List<Part> parts) {
    this.name = study.study().name();
    this.results = results;
    this.parts = parts;
    this.isFinished = study.isFinished();
  }

  /** Makes it; what is claimed of any of its parts is corrected for the claims of all. */
  public static Report of(StudyResult study) {
    List<StudyResult> results = study.comparable();
    return new Report(study, results, parts(results));
  }

  private static List<Part> parts(List<StudyResult> results) {
    List<Comparison> comparisons = results.stream().map(Comparison::of).toList();
    List<Optional<Inference>> inferences =
        comparisons.stream()
            .map(each -> Optional.of(each).filter(Comparison::isOfAny).map(Inference::of))
            .toList();
    List<Optional<ForgettingFindings>> forgetting =
        comparisons.stream()
            .map(each -> Optional.of(each).filter(Comparison::isOfAny).map(Comparison::forgetting))
            .toList();
    List<Claim> claims = new ArrayList<>();
    inferences.forEach(
        inference -> inference.stream().flatMap(Inference::claims).forEach(claims::add));
    forgetting.forEach(
        found -> found.stream().flatMap(ForgettingFindings::claims).forEach(claims::add));
    comparisons.stream().flatMap(LatencyFindings::claims).forEach(claims::add);
    Claims corrected = Claims.of(claims);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Comparison comparison = comparisons.get(i);
      Optional<ForgettingFindings> forgotten = forgetting.get(i);
      Optional<Findings> findings =
          inferences
              .get(i)
              .map(
                  inference ->
                      Findings.of(comparison, inference, forgotten.orElseThrow(), corrected));
      parts.add(new Part(comparison, Headline.of(results.get(i)), findings));
    }
    return parts;
  }

  /** What was found, unrounded: one for each model with each task, which alone can be compared. */
  public List<StudyResult> results() {
    return results;
  }

  /** The tables, what they show and what failed, at most 140 characters a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    name.ifPresent(lines::add);
    unfinished().ifPresent(text -> lines.addAll(TextTable.wrap(text, LINE_WIDTH)));
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
    if (comparison.isOfAny()) {
      List<ReportTable> tables = new ArrayList<>(List.of(ComparisonTable.of(comparison)));
      comparison.search().ifPresent(search -> tables.add(search.table(comparison.scale())));
      for (ReportTable table : tables) {
        lines.addAll(TextTable.lines(table, METHOD, LINE_WIDTH));
        lines.add("");
      }
    }
    comparison
        .sharing()
        .ifPresent(
            words -> {
              lines.addAll(TextTable.wrap("Times of training: " + words + ".", LINE_WIDTH));
              lines.add("");
            });
    part.sentences().forEach(finding -> lines.addAll(TextTable.item(finding, LINE_WIDTH)));
    for (TrialFailure failure : comparison.failures()) {
      lines.add("");
      lines.addAll(failure(failure).lines().toList());
    }
  }

  /** A failed trial with its reason and its log, in a few lines. */
  public static String failure(TrialFailure failure) {
    return "%s, seed %s, failed: %s%n  log: %s"
        .formatted(
            failure.spec().arm().method()
                + (failure.spec().arm().untrained() ? " (untrained host)" : ""),
            failure.spec().seed(),
            failure.reason(),
            failure.log());
  }

  /** What people call the study, or else its tasks and models. */
  public String title() {
    return name.orElseGet(() -> joined(Headline::title));
  }

  /** Its tasks and models if they are not its title, and what its trials share. */
  public String facts() {
    String facts = joined(Headline::facts);
    return name.isPresent() ? joined(Headline::title) + ": " + facts : facts;
  }

  private String joined(Function<Headline, String> text) {
    return parts.stream()
        .map(part -> text.apply(part.headline()))
        .distinct()
        .collect(joining("; "));
  }

  /** That there is more to come, if there is. */
  public Optional<String> unfinished() {
    return isFinished
        ? Optional.empty()
        : Optional.of(
            "The study is not finished: this is what is stored so far. It goes on where it was"
                + " interrupted if it is started again with the same output.");
  }

  /** The parts, one for each task and model. */
  public List<Part> parts() {
    return parts;
  }

  /** The comparisons in which a trial has a result. */
  public List<Part> compared() {
    return parts.stream().filter(part -> part.comparison().isOfAny()).toList();
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
