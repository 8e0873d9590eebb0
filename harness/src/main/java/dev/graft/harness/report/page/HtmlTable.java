package dev.graft.harness.report.page;

import dev.graft.harness.report.Html;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.ReportTable.Side;
import dev.graft.harness.report.Units;
import java.util.List;

/** Tables as HTML. */
final class HtmlTable {
  /** Of more rows a table hides what stands below it. */
  private static final int OPEN = 12;

  private HtmlTable() {}

  /** A table under its heading, folded away where it is long. */
  static String folded(String heading, ReportTable table) {
    String escaped = Html.escape(heading);
    return table.rows().size() <= OPEN
        ? "<h3>%s</h3>\n%s".formatted(escaped, of(table))
        : "<details class=\"table\">\n<summary>%s: %s</summary>\n%s\n</details>"
            .formatted(escaped, Units.count(table.rows().size(), "row"), of(table));
  }

  /** A table as it is. */
  static String of(ReportTable table) {
    return of(table, List.of(), "");
  }

  /**
   * A table that the script sorts and filters.
   *
   * @param numbers of each cell, by which rows are ordered; where one is NaN the text
   */
  static String sortable(ReportTable table, List<List<Double>> numbers) {
    return of(table, numbers, " class=\"sortable\"");
  }

  private static String of(ReportTable table, List<List<Double>> numbers, String attributes) {
    StringBuilder html =
        new StringBuilder("<div class=\"card wide\">\n<table%s>\n<thead>\n".formatted(attributes));
    List<Column> columns = table.columns();
    if (columns.stream().anyMatch(column -> !column.group().isEmpty())) {
      html.append("<tr>").append(groups(columns)).append("</tr>\n");
    }
    html.append("<tr>");
    for (Column column : columns) {
      html.append(
          "<th scope=\"col\"%s>%s</th>".formatted(side(column), Html.escape(column.heading())));
    }
    html.append("</tr>\n</thead>\n<tbody>\n");
    for (int row = 0; row < table.rows().size(); row++) {
      html.append("<tr>");
      for (int i = 0; i < columns.size(); i++) {
        double number = numbers.isEmpty() ? Double.NaN : numbers.get(row).get(i);
        html.append(
            "<td%s%s>%s</td>"
                .formatted(
                    side(columns.get(i)),
                    Double.isNaN(number) ? "" : " data-value=\"" + number + "\"",
                    i == 0
                        ? Html.breakable(table.rows().get(row).get(i))
                        : Html.escape(table.rows().get(row).get(i))));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>\n</table>\n</div>").toString();
  }

  private static String groups(List<Column> columns) {
    StringBuilder html = new StringBuilder();
    for (int first = 0, end; first < columns.size(); first = end) {
      String group = columns.get(first).group();
      end = Column.endOfGroup(columns, first);
      html.append("<th colspan=\"%s\">%s</th>".formatted(end - first, Html.escape(group)));
    }
    return html.toString();
  }

  private static String side(Column column) {
    return column.side() == Side.RIGHT ? " class=\"right\"" : "";
  }
}
