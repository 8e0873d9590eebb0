package dev.graft.harness.report.page;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.Html;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.origin.ColumnNotes;
import dev.graft.harness.report.origin.MethodNotes;
import dev.graft.harness.report.origin.TriedSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How each number of a part was obtained. */
final class Origins {
  private Origins() {}

  static String html(Report.Part part) {
    List<String> html = new ArrayList<>();
    if (part.comparison().isOfAny()) {
      html.add(list("What was done, and which tests were used", MethodNotes.of(part)));
      part.comparison()
          .search()
          .ifPresent(
              search ->
                  html.add(HtmlTable.folded(TriedSettings.HEADING, TriedSettings.table(search))));
      html.add(list("What the columns mean", ColumnNotes.of(part.comparison())));
    }
    html.add(list("What all trials have in common", part.comparison().provenance()));
    return String.join("\n", html);
  }

  private static String list(String heading, Map<String, String> entries) {
    return "<h3>%s</h3>\n%s".formatted(heading, list(entries));
  }

  /** Entries by their names. */
  static String list(Map<String, String> entries) {
    return entries.entrySet().stream()
        .map(
            entry ->
                "<dt>%s</dt><dd>%s</dd>"
                    .formatted(Html.escape(entry.getKey()), Html.escape(entry.getValue())))
        .collect(joining("\n", "<dl class=\"card\">\n", "\n</dl>"));
  }
}
