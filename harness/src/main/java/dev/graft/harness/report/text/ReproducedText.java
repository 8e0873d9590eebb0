package dev.graft.harness.report.text;

import static dev.graft.harness.report.text.LatencyText.milliseconds;
import static dev.graft.harness.report.text.LatencyText.percent;
import static dev.graft.harness.report.text.LatencyText.word;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.latency.paper.PublishedLatency;
import dev.graft.harness.latency.paper.PublishedLatency.Entry;
import dev.graft.harness.latency.paper.PublishedLatency.Published;
import dev.graft.harness.latency.paper.PublishedLatency.PublishedArm;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.latency.LatencyComparison.Verdict;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a paper found of latency beside what was found here. */
public final class ReproducedText {
  private static final int LINE_WIDTH = 120;
  private static final String NONE = "-";
  private static final String PAPER = "the paper";
  private static final String HERE = "here";

  private ReproducedText() {}

  /**
   * The paper's table.
   *
   * @param results a result for each of its sizes
   */
  public static List<String> table(PublishedLatency paper, List<LatencyResult> results) {
    List<List<String>> rows = new ArrayList<>();
    for (Entry entry : paper.table()) {
      LatencyResult result = of(entry.size(), results);
      String batch = "%s, %s".formatted(entry.size(), entry.parameters());
      rows.add(
          List.of(
              batch,
              "the model alone",
              milliseconds(entry.base().milliseconds()),
              NONE,
              milliseconds(result.comparison().baseMilliseconds()),
              NONE,
              ""));
      for (PublishedArm arm : entry.arms()) {
        for (boolean merged : new boolean[] {true, false}) {
          result
              .of(arm.stack(), merged)
              .ifPresent(found -> rows.add(row(batch, entry.base(), arm, merged, found)));
        }
      }
    }
    return TextTable.lines(
        new ReportTable(
            List.of(
                Column.left("batch, parameters"),
                Column.left("arm"),
                Column.right(PAPER, "ms"),
                Column.right(PAPER, "slower by"),
                Column.right(HERE, "ms"),
                Column.right(HERE, "slower by"),
                Column.left("here")),
            rows),
        1,
        LINE_WIDTH);
  }

  private static LatencyResult of(LatencySpec.Size size, List<LatencyResult> results) {
    return results.stream()
        .filter(result -> result.size().equals(size))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing was timed at " + size));
  }

  /** The paper prints one number for the model alone and for LoRA merged. */
  private static List<String> row(
      String batch, Published base, PublishedArm arm, boolean merged, ArmLatency found) {
    Optional<Published> published = merged ? Optional.of(base) : arm.published();
    return List.of(
        batch,
        merged ? arm.name() + ", merged" : arm.name() + ": " + arm.stack(),
        published.map(each -> milliseconds(each.milliseconds())).orElse(NONE),
        published.map(each -> percent(each.milliseconds() / base.milliseconds())).orElse(NONE),
        milliseconds(found.milliseconds()),
        percent(found.ratio()),
        word(found.verdict()));
  }

  /** The figure: how much slower each stack is; in brackets where no difference is shown. */
  public static List<String> figure(PublishedLatency.Grid grid, List<LatencyResult> results) {
    List<Column> columns = new ArrayList<>(List.of(Column.left("batch")));
    grid.stacks().forEach(stack -> columns.add(column(stack)));
    columns.add(Column.right("", "the base again"));
    List<List<String>> rows = new ArrayList<>();
    for (LatencyResult result : results) {
      List<String> row = new ArrayList<>(List.of(result.size().toString()));
      for (String stack : grid.stacks()) {
        ArmLatency arm = result.of(stack, false).orElseThrow();
        String slower = percent(arm.ratio().value());
        row.add(arm.verdict() == Verdict.SLOWER ? slower : "(" + slower + ")");
      }
      row.add("(" + percent(result.comparison().twins().value()) + ")");
      rows.add(row);
    }
    return TextTable.lines(new ReportTable(columns, rows), 0, LINE_WIDTH);
  }

  private static Column column(String stack) {
    int colon = stack.indexOf(':');
    return Column.right(stack.substring(0, colon), stack.substring(colon + 1));
  }
}
