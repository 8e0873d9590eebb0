package dev.graft.harness.latency;

import dev.graft.harness.measure.Estimate;
import java.util.List;

/**
 * What a latency measurement times, and for how long.
 *
 * @param sizes of the batches
 * @param processes that run in any case; their spread decides how many more are needed
 * @param rounds of each process at each size, unless the limit allows fewer
 * @param margin the ratio, less 1, from which on a difference to the base matters, and as narrow as
 *     which intervals are to be
 * @param limit of the whole measurement in minutes; what began within it is ended
 */
public record LatencySpec(
    List<Size> sizes, int processes, int rounds, double margin, double limit) {
  /** Of two processes the spread is hardly known: its 95% factor is 12.7, that of three is 4.3. */
  public static final int FEWEST_PROCESSES = 3;

  /** Of fewer there is no interval within a process. */
  public static final int FEWEST_ROUNDS = Estimate.FEWEST_FOR_A_MEDIAN;

  public static final int MOST_PROCESSES = 1000;
  public static final int MOST_ROUNDS = 100_000;
  public static final int MOST_MINUTES = 100_000;

  public static final LatencySpec DEFAULT =
      new LatencySpec(List.of(new Size(1, 32), new Size(16, 32)), FEWEST_PROCESSES, 30, 0.05, 3);

  /** For a minute on two cores, in which the limit allows fewer rounds of many methods. */
  public static final LatencySpec QUICK =
      new LatencySpec(List.of(new Size(1, 32), new Size(4, 32)), FEWEST_PROCESSES, 30, 0.05, 1);

  public LatencySpec {
    sizes = List.copyOf(sizes);
  }

  /** Every number of rows with every length. */
  public static List<Size> grid(List<Integer> rows, List<Integer> lengths) {
    return rows.stream()
        .flatMap(row -> lengths.stream().map(length -> new Size(row, length)))
        .toList();
  }

  /**
   * A batch.
   *
   * @param rows sequences
   * @param length tokens of each
   */
  public record Size(int rows, int length) {
    @Override
    public String toString() {
      return rows + "x" + length;
    }
  }
}
