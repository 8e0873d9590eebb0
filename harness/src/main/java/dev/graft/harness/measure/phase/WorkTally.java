package dev.graft.harness.measure.phase;

import dev.graft.host.TokenBatch;
import dev.graft.model.Plan;
import dev.graft.program.Dim;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Counts what is done in the steps of a training. */
public final class WorkTally {
  private record Size(int rows, int length) {
    long places() {
      return (long) rows * length;
    }
  }

  private final Dim flops;
  private final Map<Size, Integer> steps = new HashMap<>();
  private long tokens;

  /**
   * Of a training that begins.
   *
   * @param flops of a step, as a function of the batch's size
   */
  WorkTally(Dim flops) {
    this.flops = flops;
  }

  /** A step was taken with a batch. */
  public void add(TokenBatch batch) {
    steps.merge(new Size(batch.rows(), batch.length()), 1, Integer::sum);
    tokens += batch.tokens();
  }

  /** All of it so far, unless there was none. */
  Optional<Work> work() {
    return steps.keySet().stream()
        .max(Comparator.comparingLong(Size::places).thenComparingInt(Size::length))
        .map(
            largest ->
                new Work(
                    steps.values().stream().mapToInt(Integer::intValue).sum(),
                    sum(Size::rows),
                    tokens,
                    sum(Size::places),
                    operations(),
                    largest.rows(),
                    largest.length()));
  }

  private long sum(ToLongFunction<Size> number) {
    return steps.entrySet().stream()
        .mapToLong(each -> number.applyAsLong(each.getKey()) * each.getValue())
        .sum();
  }

  private double operations() {
    return steps.entrySet().stream()
        .mapToDouble(
            each ->
                (double) Plan.at(flops, each.getKey().rows(), each.getKey().length())
                    * each.getValue())
        .sum();
  }
}
