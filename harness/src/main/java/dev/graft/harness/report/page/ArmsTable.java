package dev.graft.harness.report.page;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.comparison.ComparisonTable;
import dev.graft.harness.report.comparison.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of all arms, with the tier of each behind its name and what is known of it against the
 * baseline.
 */
final class ArmsTable {
  private static final int PLACE = 1;

  private ArmsTable() {}

  static String html(Report.Part part) {
    ReportTable table = ComparisonTable.of(part.comparison());
    List<List<Double>> numbers = ComparisonTable.numbers(part.comparison());
    List<List<String>> tiers = part.findings().orElseThrow().quality().tiers();
    Map<String, String> verdicts = new HashMap<>();
    part.findings()
        .orElseThrow()
        .quality()
        .againstBaseline()
        .forEach(each -> verdicts.put(each.arm(), each.word(part.comparison().scale())));
    List<List<String>> rows = new ArrayList<>();
    List<List<Double>> values = new ArrayList<>();
    for (int i = 0; i < table.rows().size(); i++) {
      int tier = tier(tiers, table.rows().get(i).get(0));
      String verdict = verdicts.getOrDefault(table.rows().get(i).get(0), "-");
      rows.add(with(table.rows().get(i), List.of(tier == 0 ? "-" : String.valueOf(tier), verdict)));
      values.add(with(numbers.get(i), List.of(tier == 0 ? Double.NaN : tier, Double.NaN)));
    }
    return HtmlTable.sortable(
        new ReportTable(
            with(
                table.columns(),
                List.of(
                    Column.right("", "tier"),
                    Column.left("against " + part.comparison().baseline()))),
            rows),
        values);
  }

  /** Counted from 1; 0 for an arm that has none, as one on a host with fresh weights. */
  private static int tier(List<List<String>> tiers, String arm) {
    for (int i = 0; i < tiers.size(); i++) {
      if (tiers.get(i).contains(arm)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static <T> List<T> with(List<T> cells, List<T> added) {
    List<T> more = new ArrayList<>(cells);
    more.addAll(PLACE, added);
    return more;
  }
}
