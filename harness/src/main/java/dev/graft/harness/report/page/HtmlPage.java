package dev.graft.harness.report.page;

import dev.graft.harness.json.Json;
import dev.graft.harness.report.Html;
import dev.graft.harness.report.Resources;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.report.figure.FigureData;
import dev.graft.harness.report.figure.FigureScripts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    FigureData data = FigureData.of(report);
    Map<String, String> places =
        Map.of(
            "title", Html.escape(report.title()),
            "facts", Html.escape(report.facts()),
            "notice", report.unfinished().map(HtmlPage::notice).orElse(""),
            "style",
                FigureScripts.colours() + "\n\n" + Resources.beside(HtmlPage.class, "page.css"),
            "parts", parts(report, data),
            "data", json(data),
            "library", Resources.library(),
            "figures", String.join("\n", FigureScripts.all().values()),
            "script", Resources.beside(HtmlPage.class, "page.js"));
    return PLACE
        .matcher(Resources.beside(HtmlPage.class, "page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(places.get(place.group(1))));
  }

  private static String notice(String text) {
    return "<p class=\"notice\">%s</p>\n".formatted(Html.escape(text));
  }

  /** Those of which nothing was found have no figures, and no place in the data. */
  private static String parts(Report report, FigureData data) {
    List<String> parts = new ArrayList<>();
    int drawn = 0;
    for (Report.Part part : report.parts()) {
      boolean isDrawn = part.comparison().isOfAny();
      String heading =
          report.parts().size() > 1
              ? "<h1>%s</h1>\n<p class=\"facts\">%s</p>\n"
                  .formatted(
                      Html.escape(part.headline().title()), Html.escape(part.headline().facts()))
              : "";
      parts.add(
          "<article class=\"part\"%s>\n%s%s\n</article>"
              .formatted(
                  isDrawn ? " data-part=\"" + drawn + "\"" : "",
                  heading,
                  new Sections(
                          part,
                          isDrawn ? Optional.of(data.parts().get(drawn)) : Optional.empty(),
                          "p" + parts.size())
                      .html()));
      drawn += isDrawn ? 1 : 0;
    }
    return String.join("\n", parts);
  }

  /** As JSON that nothing in it ends the element in which it stands. */
  private static String json(FigureData data) {
    return Json.line(data).replace("<", "\\u003c");
  }
}
