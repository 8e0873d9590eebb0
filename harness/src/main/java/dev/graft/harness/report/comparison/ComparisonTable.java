package dev.graft.harness.report.comparison;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.Units;
import dev.graft.harness.training.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tables of a comparison: a row a contender. */
final class ComparisonTable {
  private static final String NONE = "-";

  private ComparisonTable() {}

  /** Everything, with the latency at the study's first size of batch. */
  static ReportTable of(Comparison comparison) {
    Optional<LatencyResult> latency = comparison.latency().stream().findFirst();
    String forward = latency.map(ComparisonTable::forward).orElse("forward pass / base");
    List<Column> columns =
        List.of(
            Column.left("method"),
            Column.right("trained parameters", "method"),
            Column.right("trained parameters", "head"),
            Column.right("trained parameters", "total"),
            Column.right("", "share"),
            Column.right("", comparison.scale().heading()),
            Column.right("", "training"),
            Column.right("", "memory"),
            Column.right(forward, "as trained"),
            Column.right(forward, "merged"),
            Column.right("", "on disk"));
    return new ReportTable(
        columns,
        comparison.contenders().stream()
            .map(contender -> row(comparison, contender, latency))
            .toList());
  }

  private static List<String> row(
      Comparison comparison, Contender contender, Optional<LatencyResult> latency) {
    Counts counts = contender.counts();
    return List.of(
        contender.name(),
        Units.count(counts.method()),
        Units.count(counts.head()),
        Units.count(counts.total()),
        Units.share(counts.share()),
        quality(comparison, contender),
        Units.seconds(contender.trainingSeconds()),
        contender.memory().isPresent() ? Units.bytes(contender.memory().getAsLong()) : NONE,
        ratio(contender, latency, false),
        ratio(contender, latency, true),
        Units.bytes(contender.checkpointBytes()));
  }

  private static String quality(Comparison comparison, Contender contender) {
    Scale scale = comparison.scale();
    String spread =
        contender.spread().isPresent()
            ? "+-%s ".formatted(scale.bare(contender.spread().getAsDouble()))
            : "";
    return scale.bare(contender.quality()).replace("[", spread + "[");
  }

  private static String ratio(
      Contender contender, Optional<LatencyResult> latency, boolean merged) {
    return latency
        .filter(result -> !contender.untrained())
        .flatMap(result -> result.of(contender.name(), merged))
        .map(ArmLatency::ratio)
        .map(Units::ratio)
        .orElse(NONE);
  }

  private static String forward(LatencyResult latency) {
    return "forward pass / base, " + latency.size();
  }

  /** The latency at every size of batch. */
  static ReportTable latencies(Comparison comparison) {
    List<Column> columns = new ArrayList<>(List.of(Column.left("method")));
    for (LatencyResult result : comparison.latency()) {
      columns.add(Column.right(forward(result), "as trained"));
      columns.add(Column.right(forward(result), "merged"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (Contender contender : comparison.pretrained()) {
      List<String> row = new ArrayList<>(List.of(contender.name()));
      for (LatencyResult result : comparison.latency()) {
        row.add(ratio(contender, Optional.of(result), false));
        row.add(ratio(contender, Optional.of(result), true));
      }
      rows.add(row);
    }
    return new ReportTable(columns, rows);
  }
}
