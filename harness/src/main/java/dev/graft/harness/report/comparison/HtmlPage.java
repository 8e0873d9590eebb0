package dev.graft.harness.report.comparison;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.Html;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.ReportTable.Side;
import dev.graft.harness.trial.TrialFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A comparison as one page that needs nothing from elsewhere. */
public final class HtmlPage implements ReportFormat {
  private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

  @Override
  public String file() {
    return "report.html";
  }

  @Override
  public Optional<String> text(Report report) {
    return Optional.of(page(report));
  }

  private static String page(Report report) {
    List<Report.Part> parts = report.parts();
    Map<String, String> places =
        Map.of(
            "title", Html.escape(report.title()),
            "facts", Html.escape(report.facts()),
            "notice", report.unfinished().map(HtmlPage::notice).orElse(""),
            "style", resource("page.css"),
            "sections",
                parts.stream()
                    .map(part -> (parts.size() > 1 ? heading(part) : "") + sections(part))
                    .collect(joining("\n")));
    return PLACE
        .matcher(resource("page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(places.get(place.group(1))));
  }

  private static String notice(String text) {
    return "<p class=\"notice\">%s</p>\n".formatted(Html.escape(text));
  }

  private static String heading(Report.Part part) {
    return "<h1>%s</h1>\n".formatted(Html.escape(part.headline().title()));
  }

  private static String sections(Report.Part part) {
    Comparison comparison = part.comparison();
    List<String> sections = new ArrayList<>();
    if (!comparison.contenders().isEmpty()) {
      sections.add(chart(comparison));
      sections.add(
          section("The methods", table(ComparisonTable.of(comparison)) + columns(comparison)));
      comparison
          .search()
          .ifPresent(
              search -> sections.add(section("Tuning", table(search.table(comparison.scale())))));
    }
    if (!part.sentences().isEmpty()) {
      sections.add(section("Findings", findings(part.sentences())));
    }
    if (comparison.latency().size() > 1) {
      sections.add(section("Latency by batch", table(ComparisonTable.latencies(comparison))));
    }
    if (!comparison.failures().isEmpty()) {
      sections.add(section("Failed trials", failures(comparison.failures())));
    }
    sections.add(section("Provenance", list(comparison.provenance())));
    return String.join("\n", sections);
  }

  private static String section(String heading, String body) {
    return "<section>\n<h2>%s</h2>\n%s\n</section>".formatted(Html.escape(heading), body);
  }

  private static String chart(Comparison comparison) {
    String caption =
        "Bars are 95% intervals over the test examples."
            + (comparison.untrained().isEmpty()
                ? ""
                : " Hollow marks: the host's weights were drawn anew before training.");
    return section(
        "Quality by size",
        "<figure class=\"card\">\n%s<figcaption>%s</figcaption>\n</figure>"
            .formatted(Chart.svg(comparison), Html.escape(caption)));
  }

  private static String table(ReportTable table) {
    StringBuilder html = new StringBuilder("<div class=\"card wide\">\n<table>\n<thead>\n");
    List<Column> columns = table.columns();
    if (columns.stream().anyMatch(column -> !column.group().isEmpty())) {
      html.append("<tr>").append(groups(columns)).append("</tr>\n");
    }
    html.append("<tr>");
    columns.forEach(column -> html.append(cell("th scope=\"col\"", column, column.heading())));
    html.append("</tr>\n</thead>\n<tbody>\n");
    for (List<String> row : table.rows()) {
      html.append("<tr>");
      IntStream.range(0, row.size())
          .forEach(i -> html.append(cell("td", columns.get(i), row.get(i))));
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

  private static String cell(String tag, Column column, String text) {
    String name = tag.split(" ", 2)[0];
    String side = column.side() == Side.RIGHT ? " class=\"right\"" : "";
    return "<%s%s>%s</%s>".formatted(tag, side, Html.escape(text), name);
  }

  private static String columns(Comparison comparison) {
    return "<details>\n<summary>What the columns mean</summary>\n%s\n</details>"
        .formatted(list(ColumnNotes.of(comparison)));
  }

  private static String list(Map<String, String> entries) {
    return entries.entrySet().stream()
        .map(
            entry ->
                "<dt>%s</dt><dd>%s</dd>"
                    .formatted(Html.escape(entry.getKey()), Html.escape(entry.getValue())))
        .collect(joining("\n", "<dl class=\"card\">\n", "\n</dl>"));
  }

  private static String findings(List<String> findings) {
    return findings.stream()
        .map(finding -> "<li>" + Html.escape(finding) + "</li>")
        .collect(joining("\n", "<ul class=\"card findings\">\n", "\n</ul>"));
  }

  private static String failures(List<TrialFailure> failures) {
    return failures.stream()
        .map(
            failure ->
                "<div class=\"card failure\"><pre>%s</pre></div>"
                    .formatted(Html.escape(Report.failure(failure))))
        .collect(joining("\n"));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
