package dev.graft.harness.trial.costs;

import dev.graft.model.Plan;
import dev.graft.program.Kernels;

/**
 * The memory that training takes by the plan, in bytes. Weights, what is trained, gradients and the
 * optimiser's state are exact; what passes is an estimate.
 *
 * @param rows of the batches
 * @param length tokens of each row, padding included
 * @param weights of the host
 * @param grafts what the methods and the head own
 * @param optimizer its state
 * @param passing what a step keeps between forward and backward, or beside the gradients while they
 *     are clipped, if that is more
 * @param process what the process takes besides, on a processor
 */
public record MemoryForecast(
    int rows,
    int length,
    long weights,
    long grafts,
    long gradients,
    long optimizer,
    long passing,
    long process) {
  /**
   * That of a plan.
   *
   * @param process what the process takes besides
   */
  public static MemoryForecast of(Plan plan, Kernels kernels, long process) {
    return new MemoryForecast(
        plan.rows(),
        plan.length(),
        plan.weightBytes(),
        plan.graftBytes(),
        plan.gradientBytes(),
        plan.optimizerBytes(),
        plan.passingBytes(kernels),
        process);
  }

  /** All of it. */
  public long bytes() {
    return weights + grafts + gradients + optimizer + passing + process;
  }
}
