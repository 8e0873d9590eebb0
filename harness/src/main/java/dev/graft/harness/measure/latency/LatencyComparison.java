package dev.graft.harness.measure.latency;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims;
import java.util.ArrayList;
import java.util.List;

/**
 * What the times of a {@link LatencyBenchmark} say that ran in several processes: each arm's time
 * relative to the base's.
 *
 * <p>In one process the ratio of an arm is the median of its ratios to the base in the same round.
 * Pairing by round cancels what the machine does to both; the median isn't moved by pauses that hit
 * one of them. But a program that is loaded and compiled once more is faster or slower by some
 * percent for as long as its process lives, which no number of rounds shows. So a process is one
 * sample: a ratio is the geometric mean over processes, and interval and tests are those of {@link
 * TwoStageMean} on the logarithms, in which noise within processes is contained.
 *
 * <p>The twins, two copies of the base that were loaded and compiled apart, go through the very
 * same procedure. A difference is claimed if it is larger than theirs and, corrected for all {@link
 * Claims}, significant at 5%.
 *
 * @param margin the ratio, less 1, from which on a difference matters: 0.05 for 5%
 * @param baseMilliseconds the median time of the base
 * @param twins the base's second copy relative to the base
 * @param neededProcesses so many would make every interval narrower than the margin
 */
public record LatencyComparison(
    double margin,
    double baseMilliseconds,
    Estimate twins,
    List<ArmLatency> arms,
    long neededProcesses) {
  /**
   * One arm.
   *
   * @param milliseconds its median time
   * @param ratio to the base, 1 being equally fast
   * @param spread of its ratio
   * @param difference the p-value of "as fast as the base"
   * @param equivalence two one-sided tests: the p-value of "the ratio is outside the margin"
   * @param verdict with both corrected for all arms of this comparison
   */
  public record ArmLatency(
      String name,
      double milliseconds,
      Estimate ratio,
      Spread spread,
      double difference,
      double equivalence,
      Verdict verdict) {}

  /**
   * By what share a ratio varies.
   *
   * @param between processes, beyond what noise within them explains: its standard deviation
   * @param within a process: the standard error of its median
   */
  public record Spread(double between, double within) {}

  /** The answer to "does it cost additional latency?". */
  public enum Verdict {
    /** Shown to lie inside the margin; what lies inside it does not matter, by its meaning. */
    EQUIVALENT("as fast as the base, within the margin"),
    /** More than the twins differ by, and significant. */
    SLOWER("slower than the base"),
    /** More than the twins differ by, and significant. */
    FASTER("faster than the base"),
    /** Neither was shown. */
    INCONCLUSIVE("inconclusive: the interval is too wide, more processes may narrow it"),
    /** Neither was shown, and equivalence can hardly be. */
    TOO_NOISY("inconclusive: the noise floor is larger than the margin");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** As a report says it. */
    public String words() {
      return words;
    }

    /** Whether neither equality nor a difference was shown. */
    public boolean isOpen() {
      return this == INCONCLUSIVE || this == TOO_NOISY;
    }
  }

  public LatencyComparison {
    arms = List.copyOf(arms);
    if (!(margin > 0 && baseMilliseconds > 0 && twins.low() > 0 && twins.high() >= twins.low())) {
      throw new IllegalArgumentException(
          "a margin of %s, a base of %s ms and twins of %s"
              .formatted(margin, baseMilliseconds, twins));
    }
  }

  /**
   * Compares every arm with the base.
   *
   * @param processes the times of each, of the same arms
   * @param first how many of them ran before it was decided how many there would be
   * @param margin must be positive
   */
  public static LatencyComparison of(List<LatencyTimes> processes, int first, double margin) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException(
          "A margin of %s: expected a positive fraction, as 0.05 for 5%%.".formatted(margin));
    }
    if (processes.stream().map(each -> each.arms().keySet()).distinct().count() > 1) {
      throw new IllegalArgumentException("the processes timed different arms");
    }
    double width = Math.log1p(margin);
    List<List<Double>> base = processes.stream().map(LatencyTimes::base).toList();
    PairedTimes twins =
        new PairedTimes("", processes.stream().map(LatencyTimes::twin).toList(), base);
    List<PairedTimes> ratios =
        processes.get(0).arms().keySet().stream()
            .map(
                name ->
                    new PairedTimes(
                        name, processes.stream().map(p -> p.arms().get(name)).toList(), base))
            .toList();
    Estimate floor = twins.ratio(first);
    List<TwoStageMean> means = ratios.stream().map(each -> each.mean(first)).toList();
    Claims claims = claims(ratios, means, width);
    List<ArmLatency> arms = new ArrayList<>();
    for (int i = 0; i < ratios.size(); i++) {
      Claims.Question question = question(ratios.get(i).name());
      arms.add(
          new ArmLatency(
              ratios.get(i).name(),
              ratios.get(i).milliseconds(),
              ratios.get(i).ratio(first),
              ratios.get(i).spread(first),
              means.get(i).differs(0),
              equivalence(means.get(i), width),
              verdict(
                  ratios.get(i).ratio(first),
                  claims.corrected(question, Claims.Answer.DIFFERENT),
                  claims.corrected(question, Claims.Answer.EQUIVALENT),
                  margin,
                  floor)));
    }
    long needed =
        (ratios.isEmpty() ? List.of(twins) : ratios)
            .stream().mapToLong(each -> each.needed(first, width)).max().orElseThrow();
    return new LatencyComparison(margin, PairedTimes.median(base), floor, arms, needed);
  }

  /**
   * The largest difference, as a fraction, that the twins can't be said not to have: the end of
   * their interval that is farther from 1.
   */
  public double noiseFloor() {
    return Math.max(twins.high(), 1 / twins.low()) - 1;
  }

  private static Claims claims(List<PairedTimes> ratios, List<TwoStageMean> means, double width) {
    List<Claims.Claim> claims = new ArrayList<>();
    for (int i = 0; i < ratios.size(); i++) {
      Claims.Question question = question(ratios.get(i).name());
      TwoStageMean mean = means.get(i);
      claims.add(new Claims.Claim(question, Claims.Answer.DIFFERENT, mean.differs(0)));
      claims.add(new Claims.Claim(question, Claims.Answer.EQUIVALENT, equivalence(mean, width)));
    }
    return Claims.of(claims);
  }

  private static Claims.Question question(String arm) {
    return new Claims.Question("latency", arm, "the base");
  }

  private static double equivalence(TwoStageMean mean, double width) {
    return Math.max(mean.below(width), mean.above(-width));
  }

  /**
   * What may be said of an arm where more is claimed than here.
   *
   * @param difference its p-value, corrected for all that is claimed
   * @param equivalence likewise
   */
  public Verdict verdict(Estimate ratio, double difference, double equivalence) {
    return verdict(ratio, difference, equivalence, margin, twins);
  }

  private static Verdict verdict(
      Estimate ratio, double difference, double equivalence, double margin, Estimate twins) {
    double floor = Math.max(twins.value(), 1 / twins.value());
    if (equivalence < Claims.ALPHA && floor < 1 + margin) {
      return Verdict.EQUIVALENT;
    }
    if (difference < Claims.ALPHA && ratio.value() > floor) {
      return Verdict.SLOWER;
    } else if (difference < Claims.ALPHA && ratio.value() < 1 / floor) {
      return Verdict.FASTER;
    }
    return Math.max(twins.high(), 1 / twins.low()) < 1 + margin
        ? Verdict.INCONCLUSIVE
        : Verdict.TOO_NOISY;
  }
}
