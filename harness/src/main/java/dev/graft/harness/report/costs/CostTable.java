package dev.graft.harness.report.costs;

import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseCost;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Units;
import dev.graft.harness.trial.costs.MemoryForecast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Time and memory by phase, a row an arm. Columns that no arm has anything for are left out. */
public final class CostTable {
  private static final String NONE = "-";
  private static final String FORECAST = "forecast of training, largest batch";

  private final Map<String, ArmCosts> arms;

  private CostTable(Map<String, ArmCosts> arms) {
    this.arms = new LinkedHashMap<>(arms);
  }

  private record Entry(Column column, Function<ArmCosts, Optional<String>> text) {}

  private static Entry entry(
      String group, String heading, Function<ArmCosts, Optional<String>> text) {
    return new Entry(Column.right(group, heading), text);
  }

  /**
   * The tables of some arms.
   *
   * @param arms by their names
   */
  public static CostTable of(Map<String, ArmCosts> arms) {
    return new CostTable(arms);
  }

  /** Whether there is nothing to tell. */
  public boolean isEmpty() {
    return arms.isEmpty();
  }

  /** Both tables by their headings. */
  public Map<String, ReportTable> tables() {
    Map<String, ReportTable> tables = new LinkedHashMap<>();
    tables.put("Time by phase", time());
    tables.put("Memory by phase", memory());
    return tables;
  }

  /** The time of each phase, and what was done in that of the steps. */
  ReportTable time() {
    List<Entry> entries = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      entries.add(
          entry(
              "time",
              phase.label(),
              costs -> costs.of(phase).map(PhaseCost::seconds).map(CostTable::seconds)));
    }
    String steps = "of the training steps";
    entries.add(
        entry(steps, "examples/s", costs -> costs.examplesPerSecond().map(CostTable::rate)));
    entries.add(entry(steps, "tokens/s", costs -> costs.tokensPerSecond().map(CostTable::rate)));
    entries.add(
        entry(
            steps,
            "operations/s",
            costs -> costs.flops().map(flops -> Units.flops(Math.round(flops)) + "/s")));
    entries.add(
        entry(steps, "share of the limit", costs -> costs.shareOfLimit().map(Units::share)));
    entries.add(entry(steps, "waiting", costs -> costs.waiting().map(Units::share)));
    entries.add(
        entry(
            steps,
            "energy/step",
            costs -> costs.joules().map(joules -> Units.format("%.3g J", joules))));
    return table(entries);
  }

  /** The memory of each phase, and what was forecast of that of the steps. */
  ReportTable memory() {
    List<Entry> entries = new ArrayList<>();
    entries.add(entry("", "context", costs -> costs.context().map(Units::bytes)));
    entries.add(
        entry(
            "",
            "after set-up",
            costs -> costs.of(Phase.SET_UP).flatMap(PhaseCost::kept).map(Units::bytes)));
    for (Phase phase : Phase.values()) {
      entries.add(
          entry(
              "peak",
              phase.label(),
              costs -> costs.of(phase).flatMap(PhaseCost::peak).map(Units::bytes)));
    }
    forecast(entries, "weights", MemoryForecast::weights);
    forecast(entries, "trained", plan -> plan.grafts() + plan.gradients());
    forecast(entries, "optimiser", MemoryForecast::optimizer);
    forecast(entries, "activations", MemoryForecast::passing);
    forecast(entries, "process", MemoryForecast::process);
    forecast(entries, "all", MemoryForecast::bytes);
    entries.add(
        entry(
            "measured",
            "without context",
            costs ->
                costs
                    .trainingBytes()
                    .filter(bytes -> costs.context().isPresent())
                    .map(Units::bytes)));
    entries.add(entry("measured", "/ forecast", costs -> costs.ratio().map(Units::ratio)));
    return table(entries);
  }

  private static void forecast(
      List<Entry> entries, String heading, Function<MemoryForecast, Long> bytes) {
    entries.add(
        entry(
            FORECAST,
            heading,
            costs -> costs.met().map(bytes).filter(count -> count > 0).map(Units::bytes)));
  }

  /** What the columns mean, by what they are of. */
  public Map<String, String> notes() {
    ArmCosts.Told told = arms.values().iterator().next().told();
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put(
        "time by phase",
        "means of an arm's trials; each second is in one phase. Compilation is wherever programs are"
            + " compiled, batches is tokenising and padding, and a trial that was interrupted tells of"
            + " its last process");
    notes.put("memory by phase", "the largest of an arm's trials; " + told.memory());
    notes.put(
        "forecast",
        "the plan for the largest batch that was trained on. For the longest texts, as it is told"
            + " before a study runs: "
            + planned());
    notes.put(
        "operations",
        "of forward and backward by the recorded program and the sizes of batches, padding included,"
            + " two for a multiply-add; limit: "
            + told.limit());
    notes.put(
        "waiting",
        "the share of batches and training steps in which no step was under way on the device: from"
            + " when the loss of one is read until the next is launched with its batch there. Gaps"
            + " between the kernels of a step are not in it");
    notes.put("energy", told.energy());
    return notes;
  }

  private String planned() {
    List<Long> bytes =
        arms.values().stream().map(each -> each.forecast().bytes()).sorted().toList();
    String least = Units.bytes(bytes.get(0));
    String most = Units.bytes(bytes.get(bytes.size() - 1));
    return least.equals(most) ? least : least + " to " + most;
  }

  private ReportTable table(List<Entry> all) {
    List<Entry> entries =
        all.stream()
            .filter(
                entry ->
                    arms.values().stream().anyMatch(each -> entry.text().apply(each).isPresent()))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    arms.forEach(
        (name, costs) ->
            rows.add(
                Stream.concat(
                        Stream.of(name),
                        entries.stream().map(entry -> entry.text().apply(costs).orElse(NONE)))
                    .toList()));
    List<Column> columns =
        Stream.concat(Stream.of(Column.left("method")), entries.stream().map(Entry::column))
            .toList();
    return new ReportTable(columns, rows);
  }

  /** Short ones in milliseconds. */
  private static String seconds(double seconds) {
    return seconds < 0.995 ? Units.format("%.0f ms", 1000 * seconds) : Units.seconds(seconds);
  }

  private static String rate(double rate) {
    return rate < 99.5 ? Units.format("%.1f", rate) : Units.count(Math.round(rate));
  }
}
