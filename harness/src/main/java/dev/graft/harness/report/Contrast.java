package dev.graft.harness.report;

import dev.graft.harness.experiment.TrialResult;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.PairedAccuracy;
import java.util.List;
import java.util.Optional;

/**
 * The metric of one arm less that of another, on the same examples and seeds.
 *
 * @param difference with its 95% interval
 * @param tests absent where only the interval can tell: several seeds, or another metric
 */
record Contrast(Estimate difference, Optional<Tests> tests) {
  /** Differences below this don't matter. */
  static final double MARGIN = 0.02;

  /** The margin as sentences say it. */
  static String margin(Scale scale) {
    return scale.distance(MARGIN).replace(".0 ", " ");
  }

  /**
   * The p-values of accuracies on one set of examples.
   *
   * @param difference of "both are equally accurate": McNemar's exact test
   * @param equivalence of "they differ by the margin or more"
   */
  record Tests(double difference, double equivalence) {}

  /** Compares the arms by the seeds that both have; empty if there are none. */
  static Optional<Contrast> of(Arm arm, Arm other) {
    List<Long> seeds = arm.seeds().stream().filter(s -> other.trial(s).isPresent()).toList();
    if (seeds.isEmpty()) {
      return Optional.empty();
    }
    List<TrialResult> first = trials(arm, seeds);
    List<TrialResult> second = trials(other, seeds);
    if (seeds.size() == 1 && arm.metric() == Metric.ACCURACY) {
      PairedAccuracy paired =
          PairedAccuracy.of(
              Arm.numbers(first.get(0).predictions()),
              Arm.numbers(second.get(0).predictions()),
              arm.targets());
      Tests tests = new Tests(paired.mcNemar(), paired.equivalence(MARGIN));
      return Optional.of(new Contrast(paired.difference(), Optional.of(tests)));
    }
    Estimate difference =
        Estimate.bootstrap(
            arm.targets().length,
            examples -> Arm.quality(first, examples) - Arm.quality(second, examples),
            Estimate.SEED);
    return Optional.of(new Contrast(difference, Optional.empty()));
  }

  private static List<TrialResult> trials(Arm arm, List<Long> seeds) {
    return seeds.stream().map(seed -> arm.trial(seed).orElseThrow()).toList();
  }
}
