package dev.graft.harness.report.paper;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.ReportTable.Side;
import dev.graft.harness.report.comparison.ComparisonTable;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.report.figure.Figure;
import dev.graft.harness.report.origin.MethodNotes;
import dev.graft.harness.report.origin.TriedSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tables, figures and a paragraph on methods for a paper, to be put in by {@code \input}. */
public final class LatexReport implements ReportFormat {
  private static final String HEAD =
      """
      %% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.
      %% Figures are those that "graft study show STUDY --figures figures" writes; where they lie elsewhere, say so before
      %% this file is put in: \\newcommand{\\graftfigures}{elsewhere/}
      \\providecommand{\\graftfigures}{figures/}
      """
          .formatted();

  /**
   * The column that the second table begins with: what an arm costs, behind what it is and does.
   */
  private static final int COSTS = 6;

  /** On a page with a caption. */
  private static final int ROWS = 40;

  @Override
  public String file() {
    return "report.tex";
  }

  @Override
  public Optional<String> text(Report report) {
    if (report.compared().isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>(List.of(HEAD));
    for (int i = 0; i < report.compared().size(); i++) {
      Report.Part part = report.compared().get(i);
      parts.add(part(part) + figures(part, i));
    }
    return Optional.of(String.join("\n", parts));
  }

  private static String part(Report.Part part) {
    String title = escape(part.headline().title()) + ": " + escape(part.headline().facts()) + ". ";
    List<String> lines = new ArrayList<>();
    ReportTable all = ComparisonTable.of(part.comparison());
    List<ReportTable> tables =
        new ArrayList<>(List.of(all.columns(0, COSTS), all.without(1, COSTS)));
    part.comparison().search().map(TriedSettings::table).ifPresent(tables::add);
    for (ReportTable table : tables) {
      for (ReportTable page : table.pages(ROWS)) {
        lines.addAll(table(title, page));
      }
    }
    lines.add("\\paragraph{Methods.} " + escape(MethodNotes.paragraph(part)));
    return String.join("\n", lines) + "\n";
  }

  private static List<String> table(String title, ReportTable table) {
    List<String> lines = new ArrayList<>();
    lines.add("\\begin{table}");
    lines.add("\\centering\\small");
    lines.add("\\caption{%sBrackets are 95\\%% intervals.}".formatted(title));
    lines.add("\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{%");
    lines.addAll(tabular(table));
    lines.add("}");
    lines.add("\\end{table}");
    lines.add("");
    return lines;
  }

  /** Those that were written; without them the table and the paragraph stand alone. */
  private static String figures(Report.Part part, int index) {
    return Figure.stills(part.comparison(), index).stream()
        .map(
            still ->
                """
                \\IfFileExists{\\graftfigures %s.pdf}{%%
                \\begin{figure}
                \\centering
                \\includegraphics[width=\\textwidth,height=0.85\\textheight,keepaspectratio]{\\graftfigures %s.pdf}
                \\caption{%s}
                \\end{figure}}{}
                """
                    .formatted(still.file(), still.file(), escape(still.caption())))
        .collect(joining("", "\n", ""));
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
