package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Bootstrap samples of the same examples: drawn with replacement, as many as there are.
 *
 * @param examples how many there are
 * @param seed decides the samples; each example is drawn by {@link Random#nextInt(int)}
 */
public record Resampling(int examples, long seed) {
  /** How many samples are drawn. */
  public static final int SAMPLES = 2000;

  /** The values of several statistics in the same samples: one row for each, a column a sample. */
  public double[][] of(List<Weighted> statistics) {
    Random random = new Random(seed);
    double[][] values = new double[statistics.size()][SAMPLES];
    int[] weights = new int[examples];
    for (int sample = 0; sample < SAMPLES; sample++) {
      Arrays.fill(weights, 0);
      for (int i = 0; i < examples; i++) {
        weights[random.nextInt(examples)]++;
      }
      for (int i = 0; i < values.length; i++) {
        values[i][sample] = statistics.get(i).of(weights);
      }
    }
    return values;
  }
}
