package dev.graft.harness.measure;

import java.util.List;
import java.util.stream.IntStream;

/** A statistic of some examples, and what it is in each bootstrap sample of them. */
public final class Resampled {
  private final double value;
  private final double[] samples;

  private Resampled(double value, double[] samples) {
    this.value = value;
    this.samples = samples;
  }

  /**
   * Several statistics in the same samples.
   *
   * @param seed decides the samples: statistics of one seed and as many examples share them,
   *     whenever they are drawn
   */
  public static List<Resampled> of(List<Weighted> statistics, int examples, long seed) {
    double[][] samples = new Resampling(examples, seed).of(statistics);
    return IntStream.range(0, samples.length)
        .mapToObj(i -> new Resampled(statistics.get(i).once(examples), samples[i]))
        .toList();
  }

  /** The mean of some that share their samples. */
  public static Resampled mean(List<Resampled> all) {
    double value = all.stream().mapToDouble(one -> one.value).average().orElseThrow();
    double[] samples =
        IntStream.range(0, Resampling.SAMPLES)
            .mapToDouble(
                i -> all.stream().mapToDouble(one -> one.samples[i]).average().orElseThrow())
            .toArray();
    return new Resampled(value, samples);
  }

  /** That of all examples, each once. */
  public double value() {
    return value;
  }

  /** By how much this is more than another in each sample that both share. */
  public double[] less(Resampled other) {
    return IntStream.range(0, samples.length)
        .mapToDouble(i -> samples[i] - other.samples[i])
        .toArray();
  }

  /** With the percentile interval; samples in which it is undefined (NaN) are left out. */
  public Estimate estimate() {
    return Estimate.percentiles(value, samples);
  }
}
