package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.PairedAccuracy;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.report.Scale;
import dev.graft.harness.trial.TrialResult;
import java.util.List;
import java.util.Optional;

/**
 * The metric of one contender less that of another, on the same examples and seeds.
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

  /** Compares the contenders by the seeds that both have; empty if there are none. */
  static Optional<Contrast> of(Contender contender, Contender other) {
    List<Long> seeds = contender.seeds().stream().filter(s -> other.trial(s).isPresent()).toList();
    if (seeds.isEmpty()) {
      return Optional.empty();
    }
    List<TrialResult> first = trials(contender, seeds);
    List<TrialResult> second = trials(other, seeds);
    if (seeds.size() == 1 && contender.metric() == StandardMetric.ACCURACY) {
      PairedAccuracy paired =
          PairedAccuracy.of(
              Contender.numbers(first.get(0).answers().predictions()),
              Contender.numbers(second.get(0).answers().predictions()),
              contender.targets());
      Tests tests = new Tests(paired.mcNemar(), paired.equivalence(MARGIN));
      return Optional.of(new Contrast(paired.difference(), Optional.of(tests)));
    }
    Estimate difference =
        Estimate.bootstrap(
            first.get(0).answers().examples(),
            examples -> Contender.quality(first, examples) - Contender.quality(second, examples),
            Estimate.SEED);
    return Optional.of(new Contrast(difference, Optional.empty()));
  }

  private static List<TrialResult> trials(Contender contender, List<Long> seeds) {
    return seeds.stream().map(seed -> contender.trial(seed).orElseThrow()).toList();
  }
}
