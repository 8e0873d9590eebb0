package dev.graft.harness.report;

import dev.graft.harness.experiment.Counts;
import dev.graft.harness.experiment.LatencyResult;
import dev.graft.harness.measure.LatencyComparison.ArmLatency;
import dev.graft.harness.report.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tables of a comparison: a row an arm. */
final class ArmTable {
  private static final String NONE = "-";

  private ArmTable() {}

  /** Everything, with the latency at the study's first size of batch. */
  static Table of(Comparison comparison) {
    Optional<LatencyResult> latency = comparison.latency().stream().findFirst();
    String forward = latency.map(ArmTable::forward).orElse("forward pass / base");
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
    return new Table(
        columns, comparison.arms().stream().map(arm -> row(comparison, arm, latency)).toList());
  }

  private static List<String> row(Comparison comparison, Arm arm, Optional<LatencyResult> latency) {
    Counts counts = arm.counts();
    return List.of(
        arm.name(),
        Units.count(counts.method()),
        Units.count(counts.head()),
        Units.count(counts.total()),
        Units.share(counts.share()),
        quality(comparison, arm),
        Units.seconds(arm.trainingSeconds()),
        arm.memory().isPresent() ? Units.bytes(arm.memory().getAsLong()) : NONE,
        ratio(arm, latency, false),
        ratio(arm, latency, true),
        Units.bytes(arm.checkpointBytes()));
  }

  private static String quality(Comparison comparison, Arm arm) {
    Scale scale = comparison.scale();
    String spread =
        arm.spread().isPresent() ? "+-%s ".formatted(scale.bare(arm.spread().getAsDouble())) : "";
    return scale.bare(arm.quality()).replace("[", spread + "[");
  }

  private static String ratio(Arm arm, Optional<LatencyResult> latency, boolean merged) {
    return latency
        .filter(result -> !arm.untrained())
        .flatMap(result -> result.of(arm.method(), merged))
        .map(ArmLatency::ratio)
        .map(Units::ratio)
        .orElse(NONE);
  }

  private static String forward(LatencyResult latency) {
    return "forward pass / base, " + latency.size();
  }

  /** The latency at every size of batch. */
  static Table latencies(Comparison comparison) {
    List<Column> columns = new ArrayList<>(List.of(Column.left("method")));
    for (LatencyResult result : comparison.latency()) {
      columns.add(Column.right(forward(result), "as trained"));
      columns.add(Column.right(forward(result), "merged"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (Arm arm : comparison.pretrained()) {
      List<String> row = new ArrayList<>(List.of(arm.name()));
      for (LatencyResult result : comparison.latency()) {
        row.add(ratio(arm, Optional.of(result), false));
        row.add(ratio(arm, Optional.of(result), true));
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }
}
