package dev.graft.harness.measure;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's correction: with it the chance of any false claim among several is what it would be for
 * one. Holm, Scandinavian Journal of Statistics 6 (1979).
 */
public final class Holm {
  private Holm() {}

  /** The corrected p-values, in the order of the others. */
  public static double[] corrected(List<Double> pValues) {
    int count = pValues.size();
    int[] byValue =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> Double.compare(pValues.get(a), pValues.get(b)))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] corrected = new double[count];
    double largest = 0;
    for (int rank = 0; rank < count; rank++) {
      largest = Math.max(largest, Math.min(1, (count - rank) * pValues.get(byValue[rank])));
      corrected[byValue[rank]] = largest;
    }
    return corrected;
  }
}
