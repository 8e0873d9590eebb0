package dev.graft.harness.latency;

import java.util.List;

/**
 * What a latency measurement times.
 *
 * @param sizes of the batches
 * @param seconds for each size, warm-up included
 * @param margin the ratio, less 1, from which on a difference to the base matters
 */
public record LatencySpec(List<Size> sizes, double seconds, double margin) {
  public static final LatencySpec DEFAULT =
      new LatencySpec(List.of(new Size(1, 32), new Size(16, 32)), 10, 0.05);

  public LatencySpec {
    sizes = List.copyOf(sizes);
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
