package dev.graft.harness.report;

import dev.graft.harness.experiment.Counts;
import dev.graft.harness.experiment.LatencyResult;
import dev.graft.harness.experiment.LatencySpec;
import dev.graft.harness.experiment.TrialFailure;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.LatencyComparison;
import dev.graft.harness.measure.MemoryPeak;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the JSON file holds: the table's numbers unrounded, and the findings. Each trial on its own,
 * with its predictions, is in the store.
 */
record Summary(
    String metric,
    List<ArmSummary> arms,
    List<Latency> latency,
    List<String> findings,
    List<TrialFailure> failures,
    Map<String, String> provenance) {

  /**
   * A row of the table.
   *
   * @param memory the largest of the seeds
   */
  record ArmSummary(
      String method,
      boolean untrainedHost,
      List<Long> seeds,
      Counts counts,
      double share,
      Estimate quality,
      Optional<Double> spreadOfSeeds,
      double trainingSeconds,
      MemoryPeak memory,
      long checkpointBytes,
      List<String> checkpoints) {
    static ArmSummary of(Arm arm) {
      OptionalDouble spread = arm.spread();
      return new ArmSummary(
          arm.method(),
          arm.untrained(),
          arm.seeds(),
          arm.counts(),
          arm.counts().share(),
          arm.quality(),
          spread.isPresent() ? Optional.of(spread.getAsDouble()) : Optional.empty(),
          arm.trainingSeconds(),
          new MemoryPeak(arm.memory(), arm.trials().get(0).memory().measures()),
          arm.checkpointBytes(),
          arm.trials().stream().map(trial -> trial.checkpoint()).toList());
    }
  }

  /** The latency at one size of batch; single times are in the store. */
  record Latency(
      LatencySpec.Size size,
      int rounds,
      boolean steady,
      double noiseFloor,
      LatencyComparison comparison) {
    static Latency of(LatencyResult result) {
      return new Latency(
          result.size(),
          result.times().rounds(),
          result.times().steady(),
          result.comparison().noiseFloor(),
          result.comparison());
    }
  }

  static Summary of(Comparison comparison, List<String> findings) {
    return new Summary(
        comparison.scale().metric().label(),
        comparison.arms().stream().map(ArmSummary::of).toList(),
        comparison.latency().stream().map(Latency::of).toList(),
        findings,
        comparison.failures(),
        comparison.provenance());
  }
}
