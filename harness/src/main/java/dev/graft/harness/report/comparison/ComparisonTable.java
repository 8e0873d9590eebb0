package dev.graft.harness.report.comparison;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Difference;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.forgetting.ForgettingFindings;
import dev.graft.harness.report.forgetting.Forgotten;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The tables of a comparison: a row a contender. */
public final class ComparisonTable {
  private static final String NONE = "-";
  private static final int BEHIND_QUALITY = 6;

  private ComparisonTable() {}

  /**
   * A column.
   *
   * @param number what a text stands for; NaN where there is none
   */
  private record Entry(
      Column column, Function<Contender, String> text, ToDoubleFunction<Contender> number) {}

  /** Everything, with the latency at the study's first size of batch. */
  public static ReportTable of(Comparison comparison) {
    List<Entry> entries = entries(comparison);
    return new ReportTable(
        entries.stream().map(Entry::column).toList(),
        comparison.contenders().stream()
            .map(contender -> entries.stream().map(entry -> entry.text().apply(contender)).toList())
            .toList());
  }

  /** The numbers of the same cells, by which they are ordered; NaN where there is none. */
  public static List<List<Double>> numbers(Comparison comparison) {
    List<Entry> entries = entries(comparison);
    return comparison.contenders().stream()
        .map(
            contender ->
                entries.stream().map(entry -> entry.number().applyAsDouble(contender)).toList())
        .toList();
  }

  private static List<Entry> entries(Comparison comparison) {
    Optional<LatencyResult> latency = comparison.latency().stream().findFirst();
    String forward = latency.map(ComparisonTable::forward).orElse("forward pass / base");
    String parameters = "trained parameters";
    List<Entry> entries = new ArrayList<>();
    Collections.addAll(
        entries,
        new Entry(Column.left("method"), Contender::name, contender -> Double.NaN),
        count(Column.right(parameters, "method"), contender -> contender.counts().method()),
        count(Column.right(parameters, "head"), contender -> contender.counts().head()),
        count(Column.right(parameters, "total"), contender -> contender.counts().total()),
        new Entry(
            Column.right("", "share"),
            contender -> Units.share(contender.counts().share()),
            contender -> contender.counts().share()),
        new Entry(
            Column.right("", comparison.scale().heading()),
            contender -> quality(comparison, contender),
            contender -> contender.quality().value()),
        new Entry(
            Column.right("", "training"),
            contender -> Units.seconds(contender.trainingSeconds()),
            Contender::trainingSeconds),
        new Entry(
            Column.right("", "memory"),
            contender ->
                contender.memory().isPresent() ? Units.bytes(contender.memory().getAsLong()) : NONE,
            contender ->
                contender.memory().isPresent() ? contender.memory().getAsLong() : Double.NaN),
        ratio(Column.right(forward, "as trained"), latency, false),
        ratio(Column.right(forward, "merged"), latency, true),
        new Entry(
            Column.right("", "on disk"),
            contender -> Units.bytes(contender.checkpointBytes()),
            Contender::checkpointBytes));
    if (comparison.isOfForgetting()) {
      entries.add(BEHIND_QUALITY, forgetting());
    }
    return entries;
  }

  private static Entry forgetting() {
    return new Entry(
        Column.right("general text", "change of loss"),
        contender -> change(contender).map(ForgettingFindings::signed).orElse(NONE),
        contender -> change(contender).map(Estimate::value).orElse(Double.NaN));
  }

  private static Optional<Estimate> change(Contender contender) {
    return contender.forgotten().map(Forgotten::change).map(Difference::interval);
  }

  private static Entry count(Column column, ToLongFunction<Contender> count) {
    return new Entry(
        column, contender -> Units.count(count.applyAsLong(contender)), count::applyAsLong);
  }

  private static Entry ratio(Column column, Optional<LatencyResult> latency, boolean merged) {
    return new Entry(
        column,
        contender -> estimate(contender, latency, merged).map(Units::ratio).orElse(NONE),
        contender -> estimate(contender, latency, merged).map(Estimate::value).orElse(Double.NaN));
  }

  private static String quality(Comparison comparison, Contender contender) {
    Scale scale = comparison.scale();
    String spread =
        contender.spread().isPresent()
            ? "+-%s ".formatted(scale.bare(contender.spread().getAsDouble()))
            : "";
    return scale.bare(contender.quality()).replace("[", spread + "[");
  }

  private static Optional<Estimate> estimate(
      Contender contender, Optional<LatencyResult> latency, boolean merged) {
    return latency
        .filter(result -> !contender.untrained())
        .flatMap(result -> result.of(contender.name(), merged))
        .map(ArmLatency::ratio);
  }

  private static String forward(LatencyResult latency) {
    return "forward pass / base, " + latency.size();
  }

  /** The latency at every size of batch. */
  public static ReportTable latencies(Comparison comparison) {
    List<Column> columns = new ArrayList<>(List.of(Column.left("method")));
    for (LatencyResult result : comparison.latency()) {
      columns.add(Column.right(forward(result), "as trained"));
      columns.add(Column.right(forward(result), "merged"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (Contender contender : comparison.pretrained()) {
      List<String> row = new ArrayList<>(List.of(contender.name()));
      for (LatencyResult result : comparison.latency()) {
        row.add(estimate(contender, Optional.of(result), false).map(Units::ratio).orElse(NONE));
        row.add(estimate(contender, Optional.of(result), true).map(Units::ratio).orElse(NONE));
      }
      rows.add(row);
    }
    return new ReportTable(columns, rows);
  }
}
