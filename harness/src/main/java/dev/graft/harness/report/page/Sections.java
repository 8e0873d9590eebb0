package dev.graft.harness.report.page;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.Html;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.ComparisonTable;
import dev.graft.harness.report.comparison.Findings;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.Undecided;
import dev.graft.harness.report.costs.CostTable;
import dev.graft.harness.report.figure.Figure;
import dev.graft.harness.report.figure.FigureData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is shown of one part of a report, in its order: the answer first. */
final class Sections {
  /** Of more sentences on one thing the rest is folded away. */
  private static final int OPEN = 4;

  private final Report.Part part;
  private final Optional<FigureData.Part> data;
  private final String id;
  private final Map<String, String> bodies = new LinkedHashMap<>();

  /**
   * Sections of a part.
   *
   * @param data what is drawn of it, if anything was found
   * @param id what the names of its places begin with
   */
  Sections(Report.Part part, Optional<FigureData.Part> data, String id) {
    this.part = part;
    this.data = data;
    this.id = id;
  }

  /** All that have something to show, with links to them before. */
  String html() {
    data.ifPresent(found -> addFound(part.findings().orElseThrow(), found));
    if (!part.comparison().failures().isEmpty()) {
      bodies.put("Failed trials", failures());
    }
    bodies.put("How each number was obtained", Origins.html(part));
    StringBuilder links = new StringBuilder();
    StringBuilder sections = new StringBuilder();
    bodies.forEach(
        (heading, body) -> {
          String place = id + "-" + heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
          links.append("<a href=\"#%s\">%s</a>\n".formatted(place, Html.escape(heading)));
          sections.append(
              "<section id=\"%s\"%s>\n<h2>%s</h2>\n%s\n</section>\n"
                  .formatted(
                      place,
                      isOnlyDrawn(body) ? " class=\"drawn\"" : "",
                      Html.escape(heading),
                      body));
        });
    return "<nav>\n%s</nav>\n%s".formatted(links, sections);
  }

  private void addFound(Findings findings, FigureData.Part found) {
    Comparison comparison = part.comparison();
    Findings.Group first = findings.groups().get(0);
    List<Findings.Group> others = findings.groups().subList(1, findings.groups().size());
    bodies.put(
        "The answer",
        groups(List.of(first))
            + BestBySize.of(part)
                .map(table -> "<h3>Which is best at which size</h3>\n" + HtmlTable.of(table))
                .orElse("")
            + figure(Figure.FOREST)
            + fresh(comparison));
    if (!others.isEmpty()) {
      bodies.put("What else was found", groups(others));
    }
    addUndecided(findings.undecided());
    bodies.put(
        "The arms",
        "<p class=\"filter\"><label>Show only arms whose name has <input type=\"search\" placeholder=\"lora rank=8\"/></label>"
            + " <span class=\"shown\" role=\"status\"></span></p>\n"
            + ArmsTable.html(part));
    bodies.put("Quality by size", figure(Figure.SIZE));
    if (!found.sweeps().isEmpty()) {
      bodies.put("Quality by setting", figure(Figure.SWEEPS));
    }
    addTuning(comparison);
    addLatency(comparison);
    bodies.put("Training: memory and time", figure(Figure.COST) + costs(comparison));
    bodies.put("Learning curves", figure(Figure.LEARNING));
    if (comparison.contenders().size() > 1 || comparison.seeds() > 1) {
      bodies.put("Any two arms or trials", "<div class=\"card pair drawn\"></div>");
    }
  }

  private void addUndecided(Undecided undecided) {
    if (!undecided.kinds().isEmpty()) {
      bodies.put(
          undecided.heading(),
          (undecided.open() == 0
                  ? "<p>Each is answered: by a difference, or by equality within the margin.</p>\n"
                  : "<p>Of these neither a difference nor equality within the margin may be claimed. More seeds and test"
                      + " examples narrow the intervals of quality, more processes those of latency.</p>\n")
              + HtmlTable.of(undecided.table()));
    }
  }

  /** Trials of earlier versions tell nothing of their phases. */
  private static String costs(Comparison comparison) {
    CostTable costs = CostTable.of(comparison.costs());
    if (costs.isEmpty()) {
      return "";
    }
    return costs.tables().entrySet().stream()
            .map(table -> HtmlTable.folded(table.getKey(), table.getValue()))
            .collect(joining("\n", "", "\n"))
        + Origins.list(costs.notes());
  }

  private void addTuning(Comparison comparison) {
    comparison
        .search()
        .ifPresent(
            search ->
                bodies.put(
                    "Quality by tuning budget",
                    figure(Figure.TUNING)
                        + HtmlTable.folded(
                            "The best validation of each arm by budget",
                            search.table(comparison.scale()))));
  }

  private void addLatency(Comparison comparison) {
    if (!comparison.latency().isEmpty()) {
      bodies.put(
          "Latency",
          figure(Figure.LATENCY)
              + (comparison.latency().size() > 1
                  ? figure(Figure.HEAT)
                      + HtmlTable.folded(
                          "Each arm at every size of batch", ComparisonTable.latencies(comparison))
                  : ""));
    }
  }

  /** Without a script it has nothing to show. */
  private static boolean isOnlyDrawn(String body) {
    return !body.contains("<table")
        && !body.contains("<dl")
        && !body.contains("<li")
        && !body.contains("<pre");
  }

  private static String fresh(Comparison comparison) {
    return comparison.untrained().isEmpty()
        ? ""
        : "<p class=\"note\">Hollow marks: the host's weights were drawn anew before training.</p>\n";
  }

  /** A place for the script to draw at; who has no script reads tables in its stead. */
  private static String figure(Figure figure) {
    return "<figure class=\"card drawn\">\n<div class=\"figure\" data-figure=\"%s\" data-file=\"%s\" role=\"img\" aria-label=\"%s\"></div>\n<figcaption>%s</figcaption>\n</figure>\n"
        .formatted(
            figure.key(),
            figure.file(),
            Html.escape(figure.caption()),
            Html.escape(figure.caption()));
  }

  private static String groups(List<Findings.Group> groups) {
    return groups.stream()
        .map(
            group ->
                "<div class=\"card group\">\n<h3>%s</h3>\n%s\n</div>"
                    .formatted(Html.escape(group.of()), sentences(group.sentences())))
        .collect(joining("\n", "<div class=\"groups\">\n", "\n</div>\n"));
  }

  private static String sentences(List<String> sentences) {
    int open = sentences.size() > OPEN + 1 ? OPEN : sentences.size();
    return list(sentences.subList(0, open))
        + (open == sentences.size()
            ? ""
            : "\n<details>\n<summary>%s more</summary>\n%s\n</details>"
                .formatted(
                    sentences.size() - open, list(sentences.subList(open, sentences.size()))));
  }

  private static String list(List<String> sentences) {
    return sentences.stream()
        .map(sentence -> "<li>" + Html.escape(sentence) + "</li>")
        .collect(joining("\n", "<ul>\n", "\n</ul>"));
  }

  private String failures() {
    return part.comparison().failures().stream()
        .map(
            failure ->
                "<div class=\"card failure\"><pre>%s</pre></div>"
                    .formatted(Html.escape(Report.failure(failure))))
        .collect(joining("\n"));
  }
}
