package dev.graft.harness.report.costs;

import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseCost;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.costs.MemoryForecast;
import dev.graft.harness.trial.costs.TrialCosts;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the trials of one arm took: means of time, energy and rates, the largest of memory.
 *
 * @param phases those that there were, in their order
 * @param context bytes of a GPU that a process takes before it has any values
 * @param forecast of the memory, as it is known before a trial runs: for the longest texts
 * @param met the same for the largest batch that was trained on
 * @param trainingBytes what a forecast is of: the peak of the steps without the context
 * @param ratio of those bytes to what was forecast for the largest batch
 * @param flops a second, of the steps
 * @param limit of the device's operations a second
 * @param shareOfLimit the former by the latter
 * @param waiting the share of the time in which no step was under way
 * @param joules a step
 * @param told what the numbers count, or why there are none
 */
public record ArmCosts(
    List<PhaseCost> phases,
    Optional<Long> context,
    MemoryForecast forecast,
    Optional<MemoryForecast> met,
    Optional<Long> trainingBytes,
    Optional<Double> ratio,
    Optional<Double> examplesPerSecond,
    Optional<Double> tokensPerSecond,
    Optional<Double> flops,
    Optional<Double> limit,
    Optional<Double> shareOfLimit,
    Optional<Double> waiting,
    Optional<Double> joules,
    Told told) {
  /**
   * What the numbers of a trial count, or why there are none.
   *
   * @param limit who says it
   */
  public record Told(String memory, String energy, String limit) {}

  public ArmCosts {
    phases = List.copyOf(phases);
  }

  /** A phase, if one of the trials came to it. */
  Optional<PhaseCost> of(Phase phase) {
    return phases.stream().filter(each -> each.phase() == phase).findFirst();
  }

  /** Of those trials that tell it; absent if none does. */
  public static Optional<ArmCosts> of(List<TrialResult> trials) {
    List<TrialCosts> costs = trials.stream().flatMap(trial -> trial.costs().stream()).toList();
    return costs.isEmpty() ? Optional.empty() : Optional.of(all(costs));
  }

  private static ArmCosts all(List<TrialCosts> costs) {
    TrialCosts first = costs.get(0);
    return new ArmCosts(
        Arrays.stream(Phase.values()).flatMap(phase -> phase(phase, costs).stream()).toList(),
        largest(costs, each -> each.measured().context()),
        first.forecast(),
        first.met(),
        largest(costs, TrialCosts::trainingBytes),
        mean(costs, TrialCosts::ratio),
        mean(costs, each -> each.measured().examplesPerSecond()),
        mean(costs, each -> each.measured().tokensPerSecond()),
        mean(costs, each -> each.measured().flopsPerSecond()),
        first.measured().limit().flopsPerSecond(),
        mean(costs, each -> each.measured().shareOfLimit()),
        mean(costs, each -> each.measured().waiting()),
        mean(costs, each -> each.measured().joulesPerStep()),
        new Told(
            first.measured().memory(),
            first.measured().energy(),
            first.measured().limit().source()));
  }

  private static Optional<PhaseCost> phase(Phase phase, List<TrialCosts> trials) {
    List<PhaseCost> costs =
        trials.stream().flatMap(each -> each.measured().of(phase).stream()).toList();
    return costs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PhaseCost(
                phase,
                mean(costs, cost -> Optional.of(cost.seconds())).orElseThrow(),
                largest(costs, PhaseCost::peak),
                largest(costs, PhaseCost::kept),
                mean(costs, PhaseCost::joules)));
  }

  private static <T> Optional<Double> mean(List<T> of, Function<T, Optional<Double>> number) {
    double mean =
        of.stream()
            .flatMap(each -> number.apply(each).stream())
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(Double.NaN);
    return Optional.of(mean).filter(Double::isFinite);
  }

  private static <T> Optional<Long> largest(List<T> of, Function<T, Optional<Long>> number) {
    return of.stream().flatMap(each -> number.apply(each).stream()).max(Long::compare);
  }
}
