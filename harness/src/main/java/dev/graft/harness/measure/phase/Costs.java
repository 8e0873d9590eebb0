package dev.graft.harness.measure.phase;

import dev.graft.harness.measure.gpu.ArithmeticLimit;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a process took to train and judge, phase by phase. Where a training was interrupted or
 * rested, what earlier processes took is not in it.
 *
 * @param phases those that there were, in the order of {@link Phase}
 * @param memory what its numbers count, or why there are none
 * @param context bytes of a GPU that the process takes before it has any values
 * @param energy what joules count, or why there are none
 * @param work absent if no step was taken
 * @param underWay the seconds in which a step was under way on the device: from when its program is
 *     launched until its loss is read, when nothing of it is left to be done; absent in trials of
 *     earlier versions
 */
public record Costs(
    List<PhaseCost> phases,
    String memory,
    Optional<Long> context,
    String energy,
    Optional<Work> work,
    Optional<Double> underWay,
    ArithmeticLimit limit) {
  public Costs {
    phases = List.copyOf(phases);
  }

  /** A phase, if it was come to. */
  public Optional<PhaseCost> of(Phase phase) {
    return phases.stream().filter(each -> each.phase() == phase).findFirst();
  }

  /** The seconds of a phase; 0 if it was not come to. */
  public double seconds(Phase phase) {
    return of(phase).map(PhaseCost::seconds).orElse(0.0);
  }

  /**
   * The share of the time of the batches and the steps in which the device waited for its next
   * step: no earlier one was under way. What it waits for between the kernels of a step is not in
   * it.
   */
  public Optional<Double> waiting() {
    double all = seconds(Phase.BATCHES) + seconds(Phase.STEPS);
    return underWay.map(seconds -> 1 - seconds / all).filter(Double::isFinite);
  }

  /** So much a second of the steps alone, where there were any. */
  private Optional<Double> rate(ToDoubleFunction<Work> amount) {
    return work.map(done -> amount.applyAsDouble(done) / seconds(Phase.STEPS))
        .filter(Double::isFinite);
  }

  public Optional<Double> examplesPerSecond() {
    return rate(Work::examples);
  }

  /** Those of padding are not counted. */
  public Optional<Double> tokensPerSecond() {
    return rate(Work::tokens);
  }

  public Optional<Double> flopsPerSecond() {
    return rate(Work::flops);
  }

  /** The operations a second as a share of the device's limit (MFU of Chowdhery et al. 2022). */
  public Optional<Double> shareOfLimit() {
    return limit.flopsPerSecond().flatMap(most -> flopsPerSecond().map(flops -> flops / most));
  }

  public Optional<Double> joulesPerStep() {
    return work.flatMap(
        done -> of(Phase.STEPS).flatMap(PhaseCost::joules).map(joules -> joules / done.steps()));
  }
}
