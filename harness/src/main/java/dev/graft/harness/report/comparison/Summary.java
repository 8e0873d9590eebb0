package dev.graft.harness.report.comparison;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.latency.LatencyComparison;
import dev.graft.harness.report.costs.ArmCosts;
import dev.graft.harness.report.forgetting.ForgottenSummary;
import dev.graft.harness.training.Counts;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TrialFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the JSON file holds: the table's numbers unrounded, and the findings. Each trial on its own,
 * with its predictions, is in the store.
 *
 * @param forgetting of each arm of which it was measured, by its name
 * @param differences which arms can be told apart by the metric
 */
record Summary(
    String metric,
    List<ContenderSummary> arms,
    QualityFindings differences,
    Map<String, ForgottenSummary> forgetting,
    List<Latency> latency,
    List<String> findings,
    List<TrialFailure> failures,
    Map<String, String> provenance) {

  /**
   * A row of the table.
   *
   * @param memory the largest of the seeds
   * @param costs of its trials, phase by phase
   */
  record ContenderSummary(
      String name,
      Arm arm,
      List<Long> seeds,
      Counts counts,
      double share,
      Estimate quality,
      Optional<Double> spreadOfSeeds,
      double trainingSeconds,
      MemoryPeak memory,
      long checkpointBytes,
      List<String> checkpoints,
      Optional<ArmCosts> costs) {
    static ContenderSummary of(Contender contender) {
      OptionalDouble spread = contender.spread();
      return new ContenderSummary(
          contender.name(),
          contender.arm(),
          contender.seeds(),
          contender.counts(),
          contender.counts().share(),
          contender.quality(),
          spread.isPresent() ? Optional.of(spread.getAsDouble()) : Optional.empty(),
          contender.trainingSeconds(),
          new MemoryPeak(contender.memory(), contender.trials().get(0).memory().measures()),
          contender.checkpointBytes(),
          contender.trials().stream().map(trial -> trial.checkpoint()).toList(),
          contender.costs());
    }
  }

  /** The latency at one size of batch; single times are in the store. */
  record Latency(
      LatencySpec.Size size,
      int processes,
      int rounds,
      boolean steady,
      double noiseFloor,
      LatencyComparison comparison) {
    static Latency of(LatencyResult result) {
      return new Latency(
          result.size(),
          result.processes().size(),
          result.rounds(),
          result.steady(),
          result.comparison().noiseFloor(),
          result.comparison());
    }
  }

  static Summary of(Comparison comparison, Findings findings) {
    Map<String, ForgottenSummary> forgetting = new LinkedHashMap<>();
    comparison.pretrained().stream()
        .filter(arm -> arm.forgotten().isPresent())
        .map(Contender::name)
        .forEach(arm -> forgetting.put(arm, findings.forgetting().summary(arm, findings.claims())));
    return new Summary(
        comparison.scale().measure().label(),
        comparison.contenders().stream().map(ContenderSummary::of).toList(),
        findings.quality(),
        forgetting,
        comparison.latency().stream().map(Latency::of).toList(),
        findings.sentences(),
        comparison.failures(),
        comparison.provenance());
  }
}
