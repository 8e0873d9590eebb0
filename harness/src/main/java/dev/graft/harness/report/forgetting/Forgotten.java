package dev.graft.harness.report.forgetting;

import dev.graft.harness.forgetting.Forgetting;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.measure.Weighted;
import dev.graft.harness.measure.inference.Difference;
import dev.graft.harness.measure.inference.RepeatedMeasures;
import dev.graft.harness.trial.TrialResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What an arm forgot.
 *
 * @param seeds at least one
 * @param change of the loss by the training, in nats a token, as a mean over the seeds
 */
public record Forgotten(GeneralText text, Map<Long, Forgetting> seeds, Difference change) {
  private static final String FIRST = "first";
  private static final String SECOND = "second";

  /** A loss per token is bounded by nothing, nor is what one passage may change. */
  private static final double UNBOUNDED = 0;

  public Forgotten {
    seeds = Collections.unmodifiableMap(new LinkedHashMap<>(seeds));
  }

  /** Over the trials of an arm; empty where it was not measured. */
  public static Optional<Forgotten> of(List<TrialResult> trials) {
    Map<Long, Forgetting> seeds = new LinkedHashMap<>();
    for (TrialResult trial : trials) {
      trial.forgetting().ifPresent(found -> seeds.put(trial.spec().seed(), found));
    }
    return seeds.isEmpty()
        ? Optional.empty()
        : of(trials.get(0).spec().general().orElseThrow(), seeds);
  }

  /** Of what was measured by seed, once at least. */
  static Optional<Forgotten> of(GeneralText text, Map<Long, Forgetting> seeds) {
    return difference(
            first(seeds).passages(),
            losses(seeds, Forgetting::weightedAfter),
            losses(seeds, Forgetting::weightedBefore))
        .map(change -> new Forgotten(text, seeds, change));
  }

  private static Map<Long, Weighted> losses(
      Map<Long, Forgetting> seeds, Function<Forgetting, Weighted> loss) {
    Map<Long, Weighted> losses = new LinkedHashMap<>();
    seeds.forEach((seed, found) -> losses.put(seed, loss.apply(found)));
    return losses;
  }

  private static Forgetting first(Map<Long, Forgetting> seeds) {
    return seeds.values().iterator().next();
  }

  /** One of the seeds, for what they have in common. */
  Forgetting any() {
    return first(seeds);
  }

  /** The mean loss of a token before the training, in nats. */
  public double before() {
    return mean(Forgetting::lossBefore);
  }

  /** The mean loss of a token after the training, in nats. */
  public double after() {
    return mean(Forgetting::lossAfter);
  }

  private double mean(ToDoubleFunction<Forgetting> loss) {
    return seeds.values().stream().mapToDouble(loss).average().orElseThrow();
  }

  /** How much more this arm forgot than another; empty if they share no seed. */
  Optional<Difference> than(Forgotten other) {
    return difference(
        any().passages(),
        losses(seeds, Forgetting::weightedAfter),
        losses(other.seeds, Forgetting::weightedAfter));
  }

  private static Optional<Difference> difference(
      int passages, Map<Long, Weighted> first, Map<Long, Weighted> second) {
    Map<String, Map<Long, Weighted>> both = new LinkedHashMap<>();
    both.put(FIRST, first);
    both.put(SECOND, second);
    return RepeatedMeasures.of(both, passages, UNBOUNDED).difference(FIRST, SECOND);
  }
}
