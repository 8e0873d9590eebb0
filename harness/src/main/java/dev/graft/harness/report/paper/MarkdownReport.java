package dev.graft.harness.report.paper;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.ReportTable.Side;
import dev.graft.harness.report.comparison.ComparisonTable;
import dev.graft.harness.report.comparison.Findings;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.report.comparison.Undecided;
import dev.graft.harness.report.costs.CostTable;
import dev.graft.harness.report.origin.MethodNotes;
import dev.graft.harness.report.origin.TriedSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tables and findings as Markdown, as repositories show it. */
public final class MarkdownReport implements ReportFormat {
  @Override
  public String file() {
    return "report.md";
  }

  @Override
  public Optional<String> text(Report report) {
    if (report.compared().isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>(List.of("# " + escape(report.title()), ""));
    report.unfinished().ifPresent(text -> lines.addAll(List.of("> " + escape(text), "")));
    report.compared().forEach(part -> addTo(lines, part));
    return Optional.of(String.join("\n", lines) + "\n");
  }

  private static void addTo(List<String> lines, Report.Part part) {
    lines.addAll(List.of("## " + escape(part.headline().title()), ""));
    lines.addAll(List.of(escape(part.headline().facts()), ""));
    lines.addAll(table(ComparisonTable.of(part.comparison())));
    CostTable costs = CostTable.of(part.comparison().costs());
    if (!costs.isEmpty()) {
      costs
          .tables()
          .forEach(
              (heading, table) -> {
                lines.addAll(List.of("", "### " + heading, ""));
                lines.addAll(table(table));
              });
    }
    part.comparison()
        .search()
        .ifPresent(
            search -> {
              lines.addAll(List.of("", "### " + TriedSettings.HEADING, ""));
              lines.addAll(table(TriedSettings.table(search)));
            });
    for (Findings.Group group : part.findings().orElseThrow().groups()) {
      lines.addAll(List.of("", "### Findings: " + group.of(), ""));
      group.sentences().forEach(sentence -> lines.add("- " + escape(sentence)));
    }
    Undecided undecided = part.findings().orElseThrow().undecided();
    lines.addAll(List.of("", "### " + undecided.heading(), ""));
    lines.addAll(table(undecided.table()));
    lines.addAll(List.of("", "### Methods", "", escape(MethodNotes.paragraph(part)), ""));
  }

  /** Markdown has one row of headings, so that groups stand before what they are of. */
  private static List<String> table(ReportTable table) {
    List<String> lines = new ArrayList<>();
    lines.add(
        row(
            table.columns().stream()
                .map(column -> (column.group() + " " + column.heading()).strip())
                .toList()));
    lines.add(row(table.columns().stream().map(MarkdownReport::side).toList()).replace("\\-", "-"));
    table.rows().forEach(cells -> lines.add(row(cells)));
    return lines;
  }

  private static String side(Column column) {
    return column.side() == Side.RIGHT ? "---:" : "---";
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells.stream().map(MarkdownReport::escape).toList()) + " |";
  }

  /** So that it is shown as it is. */
  private static String escape(String text) {
    return text.replaceAll("([\\\\`*_{}\\[\\]<>#|~])", "\\\\$1");
  }
}
