package dev.graft.harness.measure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * What the times of a {@link LatencyBenchmark} say: each arm's time relative to the base's.
 *
 * <p>The ratio of an arm is the median of its ratios to the base in the same round. Pairing by
 * round cancels what the machine does to both; the median isn't moved by pauses that hit one of
 * them. Interval and test are those of the sign test, since times have no known distribution; it
 * gives the same answers for ratios as for their logarithms. Rounds that follow each other are not
 * quite independent, though, so an interval alone can be too narrow: hence the twins, which go
 * through the very same procedure.
 *
 * @param margin the ratio, less 1, from which on a difference matters: 0.05 for 5%
 * @param baseMilliseconds the median time of the base
 * @param twins the base relative to itself
 */
public record LatencyComparison(
    double margin, double baseMilliseconds, Estimate twins, List<ArmLatency> arms) {
  private static final double ALPHA = 0.05;

  /**
   * One arm.
   *
   * @param milliseconds its median time
   * @param ratio to the base, 1 being equally fast
   * @param equivalence two one-sided tests: the p-value of "the ratio is outside the margin"
   */
  public record ArmLatency(
      String name, double milliseconds, Estimate ratio, double equivalence, Verdict verdict) {}

  /** The answer to "does it cost additional latency?". */
  public enum Verdict {
    /** Shown to lie inside the margin; what lies inside it does not matter, by its meaning. */
    EQUIVALENT("as fast as the base, within the margin"),
    /** The whole interval lies beyond the noise floor. */
    SLOWER("slower than the base"),
    /** The whole interval lies beyond the noise floor. */
    FASTER("faster than the base"),
    /** Neither was shown. */
    INCONCLUSIVE("inconclusive: the interval is too wide, more rounds may narrow it"),
    /** Neither was shown, and equivalence can't be. */
    TOO_NOISY("inconclusive: the noise floor is larger than the margin");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** As a report says it. */
    public String words() {
      return words;
    }
  }

  public LatencyComparison {
    arms = List.copyOf(arms);
  }

  /**
   * Compares every arm with the base.
   *
   * @param margin must be positive
   */
  public static LatencyComparison of(LatencyTimes times, double margin) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException(
          "A margin of %s: expected a positive fraction, as 0.05 for 5%%.".formatted(margin));
    }
    Estimate twins = Estimate.median(ratios(times.twin(), times.base()));
    double noiseFloor = noiseFloor(twins);
    List<ArmLatency> arms =
        times.arms().entrySet().stream()
            .map(
                arm -> {
                  double[] ratios = ratios(arm.getValue(), times.base());
                  Estimate ratio = Estimate.median(ratios);
                  double equivalence = equivalence(ratios, margin);
                  return new ArmLatency(
                      arm.getKey(),
                      median(arm.getValue()),
                      ratio,
                      equivalence,
                      verdict(ratio, equivalence, margin, noiseFloor));
                })
            .toList();
    return new LatencyComparison(margin, median(times.base()), twins, arms);
  }

  /**
   * The largest difference, as a fraction, that the twins can't be said not to have: the end of
   * their interval that is farther from 1. No smaller difference of an arm means anything.
   */
  public double noiseFloor() {
    return noiseFloor(twins);
  }

  private static double noiseFloor(Estimate twins) {
    return Math.max(twins.high(), 1 / twins.low()) - 1;
  }

  /**
   * The two-sided p-value of "an arm's time is the base's but for the noise floor": a sign test.
   *
   * @param times those that this was made of
   */
  public double ofNoDifference(LatencyTimes times, String arm) {
    double[] ratios = ratios(times.arms().get(arm), times.base());
    double floor = 1 + noiseFloor();
    long notSlower = Arrays.stream(ratios).filter(ratio -> ratio <= floor).count();
    long notFaster = Arrays.stream(ratios).filter(ratio -> ratio >= 1 / floor).count();
    return Math.min(
        1,
        2
            * new BinomialDistribution(null, ratios.length, 0.5)
                .cumulativeProbability((int) Math.min(notSlower, notFaster)));
  }

  private static Verdict verdict(
      Estimate ratio, double equivalence, double margin, double noiseFloor) {
    if (equivalence < ALPHA && noiseFloor < margin) {
      return Verdict.EQUIVALENT;
    } else if (ratio.low() > 1 + noiseFloor) {
      return Verdict.SLOWER;
    } else if (ratio.high() < 1 / (1 + noiseFloor)) {
      return Verdict.FASTER;
    }
    return noiseFloor < margin ? Verdict.INCONCLUSIVE : Verdict.TOO_NOISY;
  }

  /** The larger p-value of two sign tests, one against each end of the margin. */
  private static double equivalence(double[] ratios, double margin) {
    long tooLow = Arrays.stream(ratios).filter(ratio -> ratio <= 1 / (1 + margin)).count();
    long tooHigh = Arrays.stream(ratios).filter(ratio -> ratio >= 1 + margin).count();
    return new BinomialDistribution(null, ratios.length, 0.5)
        .cumulativeProbability((int) Math.max(tooLow, tooHigh));
  }

  private static double[] ratios(List<Double> times, List<Double> base) {
    return IntStream.range(0, base.size()).mapToDouble(i -> times.get(i) / base.get(i)).toArray();
  }

  private static double median(List<Double> times) {
    return StatUtils.percentile(times.stream().mapToDouble(Double::doubleValue).toArray(), 50);
  }
}
