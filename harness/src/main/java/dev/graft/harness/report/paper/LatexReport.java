package dev.graft.harness.report.paper;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.ReportTable.Side;
import dev.graft.harness.report.comparison.ComparisonTable;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.ReportFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table and a paragraph on methods for a paper, to be put in by {@code \input}. */
public final class LatexReport implements ReportFormat {
  @Override
  public String file() {
    return "report.tex";
  }

  @Override
  public Optional<String> text(Report report) {
    return report.compared().isEmpty()
        ? Optional.empty()
        : Optional.of(
            report.compared().stream()
                .map(LatexReport::part)
                .collect(
                    joining(
                        "\n", "% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.\n", "")));
  }

  private static String part(Report.Part part) {
    List<String> lines = new ArrayList<>();
    lines.add("\\begin{table}");
    lines.add("\\centering");
    lines.add(
        "\\caption{%s: %s.}"
            .formatted(escape(part.headline().title()), escape(part.headline().facts())));
    lines.add("\\resizebox{\\textwidth}{!}{%");
    lines.addAll(tabular(ComparisonTable.of(part.comparison())));
    lines.add("}");
    lines.add("\\end{table}");
    lines.add("");
    lines.add("\\paragraph{Methods.} " + escape(MethodsParagraph.of(part)));
    return String.join("\n", lines) + "\n";
  }

  private static List<String> tabular(ReportTable table) {
    List<Column> columns = table.columns();
    List<String> lines = new ArrayList<>();
    lines.add(
        "\\begin{tabular}{%s}"
            .formatted(
                columns.stream()
                    .map(column -> column.side() == Side.RIGHT ? "r" : "l")
                    .collect(joining())));
    lines.add("\\toprule");
    lines.addAll(groups(columns));
    lines.add(row(columns.stream().map(Column::heading).toList()));
    lines.add("\\midrule");
    table.rows().forEach(cells -> lines.add(row(cells)));
    lines.add("\\bottomrule");
    lines.add("\\end{tabular}");
    return lines;
  }

  private static List<String> groups(List<Column> columns) {
    List<String> cells = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    for (int first = 0, end; first < columns.size(); first = end) {
      String group = columns.get(first).group();
      end = Column.endOfGroup(columns, first);
      cells.add(
          group.isEmpty() ? "" : "\\multicolumn{%s}{c}{%s}".formatted(end - first, escape(group)));
      if (!group.isEmpty()) {
        rules.add("\\cmidrule(lr){%s-%s}".formatted(first + 1, end));
      }
    }
    return rules.isEmpty()
        ? List.of()
        : List.of(String.join(" & ", cells) + " \\\\", String.join(" ", rules));
  }

  /** Brackets after a line's end would be its height, so that each line ends in an empty group. */
  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.equals("-") ? "--" : escape(cell))
        .collect(joining(" & ", "{}", " \\\\"));
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&', '%', '$', '#', '_', '{', '}' -> escaped.append('\\').append(c);
        case '\\' -> escaped.append("\\textbackslash{}");
        case '~' -> escaped.append("\\textasciitilde{}");
        case '^' -> escaped.append("\\textasciicircum{}");
        case '<' -> escaped.append("\\textless{}");
        case '>' -> escaped.append("\\textgreater{}");
        default -> escaped.append(c);
      }
    }
    return escaped.toString().replace("+-", "$\\pm$");
  }
}
