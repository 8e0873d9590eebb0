package dev.graft.harness.report.comparison;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.MergeCheck;
import dev.graft.harness.trial.TrialResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;

/** A line a trial, numbers as they are, for programs that make figures. */
public final class TrialsCsv implements ReportFormat {
  @Override
  public String file() {
    return "trials.csv";
  }

  @Override
  public Optional<String> text(Report report) {
    List<Comparison> found = report.compared().stream().map(Report.Part::comparison).toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(table(found));
  }

  private static String table(List<Comparison> comparisons) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      for (Contender contender : comparison.contenders()) {
        contender.trials().forEach(trial -> lines.add(line(comparison, contender, trial)));
      }
    }
    Set<String> columns =
        lines.stream()
            .flatMap(line -> line.keySet().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    StringBuilder csv = new StringBuilder();
    try {
      CSVFormat format = CSVFormat.RFC4180;
      format.printRecord(csv, columns.toArray());
      for (Map<String, Object> line : lines) {
        format.printRecord(csv, columns.stream().map(line::get).toArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return csv.toString();
  }

  /** A whole number without a fraction. */
  private static Object plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15 ? (Object) (long) number : number;
  }

  private static Map<String, Object> line(
      Comparison comparison, Contender contender, TrialResult trial) {
    Map<String, Object> line = new LinkedHashMap<>();
    Arm arm = trial.spec().arm();
    line.put("arm", contender.name());
    line.put("model", arm.model());
    line.put("task", arm.task());
    line.put("method", arm.method());
    line.put("untrained_host", contender.untrained());
    line.put("seed", trial.spec().seed());
    line.put("method_parameters", trial.counts().method());
    line.put("head_parameters", trial.counts().head());
    line.put("host_parameters", trial.counts().host());
    trial.answers().metrics().forEach((metric, value) -> line.put(metric.label(), value));
    line.put("test_examples", trial.answers().examples());
    trial
        .forgetting()
        .ifPresent(
            found -> found.summary().forEach((name, value) -> line.put("general_" + name, value)));
    line.put("training_seconds", trial.steps().seconds());
    line.put("steps", trial.steps().count());
    line.put("first_loss", trial.steps().firstLoss());
    line.put("last_loss", trial.steps().lastLoss());
    line.put(
        "peak_memory_bytes",
        trial.memory().bytes().isPresent() ? trial.memory().bytes().getAsLong() : null);
    trial
        .costs()
        .ifPresent(costs -> costs.numbers().forEach((name, value) -> line.put(name, plain(value))));
    line.put("checkpoint_bytes", trial.checkpointBytes());
    line.put("merged_agreements", trial.merging().map(MergeCheck::agreements).orElse(null));
    line.put("merged_logit_difference", trial.merging().map(MergeCheck::difference).orElse(null));
    for (LatencyResult latency : comparison.latency()) {
      for (boolean merged : new boolean[] {false, true}) {
        String name = "latency_%s_%s".formatted(latency.size(), merged ? "merged" : "as_trained");
        Optional<Estimate> ratio =
            contender.untrained()
                ? Optional.empty()
                : latency.of(contender.name(), merged).map(ArmLatency::ratio);
        line.put(name, ratio.map(Estimate::value).orElse(null));
        line.put(name + "_low", ratio.map(Estimate::low).orElse(null));
        line.put(name + "_high", ratio.map(Estimate::high).orElse(null));
      }
    }
    return line;
  }
}
