package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.LatencyComparison.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyComparisonTest {
  private static final double MARGIN = 0.05;

  private final Random random = new Random(5);

  /** Times whose logarithms are normal, around 10 ms times the slowness. */
  private List<Double> times(int rounds, double slowness, double spread) {
    return random.doubles(rounds).boxed().map(u -> 10 * slowness * noise(spread)).toList();
  }

  private double noise(double spread) {
    return Math.exp(spread * random.nextGaussian());
  }

  private ArmLatency compare(int rounds, double slowness, double spread) {
    return LatencyComparison.of(
            new LatencyTimes(
                times(rounds, 1, spread),
                times(rounds, 1, spread),
                Map.of("arm", times(rounds, slowness, spread)),
                10,
                true),
            MARGIN)
        .arms()
        .get(0);
  }

  private double share(int runs, Verdict verdict, int rounds, double slowness, double spread) {
    return IntStream.range(0, runs)
            .filter(i -> compare(rounds, slowness, spread).verdict() == verdict)
            .count()
        / (double) runs;
  }

  @Test
  void aRatioIsTheMedianOfTheRatiosWithinRounds() {
    LatencyTimes times =
        new LatencyTimes(
            List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0),
            List.of(1.0, 2.0, 3.03, 4.0, 5.0, 5.88, 7.0),
            Map.of("arm", List.of(2.0, 4.0, 6.0, 8.0, 10.5, 12.0, 70.0)),
            10,
            true);
    LatencyComparison comparison = LatencyComparison.of(times, MARGIN);
    assertThat(comparison.baseMilliseconds()).isEqualTo(4);
    assertThat(comparison.twins()).isEqualTo(new Estimate(1, 5.88 / 6, 3.03 / 3));
    assertThat(comparison.noiseFloor()).isEqualTo(6 / 5.88 - 1, within(1e-12));
    ArmLatency arm = comparison.arms().get(0);
    assertThat(arm.name()).isEqualTo("arm");
    assertThat(arm.milliseconds()).isEqualTo(8);
    assertThat(arm.ratio()).isEqualTo(new Estimate(2, 2, 10));
    assertThat(arm.verdict()).isEqualTo(Verdict.SLOWER);
  }

  @Test
  void theTestOfEquivalenceIsASignTestAgainstEachEndOfTheMargin() {
    LatencyTimes times =
        new LatencyTimes(
            Collections.nCopies(8, 10.0),
            Collections.nCopies(8, 10.0),
            Map.of("arm", List.of(10.0, 10.1, 9.9, 10.0, 9.6, 10.4, 10.6, 9.0)),
            10,
            true);
    // one ratio of eight is beyond each end: (1 + 8) / 2^8
    assertThat(LatencyComparison.of(times, MARGIN).arms().get(0).equivalence())
        .isEqualTo(9 / 256.0, within(1e-12));
  }

  @Test
  void anArmAsFastAsTheBaseIsFoundEquivalent() {
    assertThat(share(200, Verdict.EQUIVALENT, 100, 1, 0.03)).isGreaterThan(0.99);
    assertThat(share(200, Verdict.SLOWER, 100, 1, 0.03)).isZero();
    assertThat(share(200, Verdict.FASTER, 100, 1, 0.03)).isZero();
  }

  @Test
  void anArmAtTheMarginIsFoundEquivalentInAtMostFivePercentOfRuns() {
    assertThat(share(1000, Verdict.EQUIVALENT, 100, 1 + MARGIN, 0.03)).isLessThanOrEqualTo(0.05);
    assertThat(share(1000, Verdict.EQUIVALENT, 100, 1 / (1 + MARGIN), 0.03))
        .isLessThanOrEqualTo(0.05);
  }

  @Test
  void anArmWellBeyondTheMarginIsFoundSlowerOrFaster() {
    assertThat(share(200, Verdict.SLOWER, 100, 1.1, 0.03)).isGreaterThan(0.99);
    assertThat(share(200, Verdict.FASTER, 100, 1 / 1.1, 0.03)).isGreaterThan(0.99);
  }

  @Test
  void nothingIsFoundEquivalentWhereTheNoiseFloorIsLargerThanTheMargin() {
    assertThat(share(200, Verdict.EQUIVALENT, 20, 1, 0.3)).isZero();
    assertThat(share(200, Verdict.TOO_NOISY, 20, 1, 0.3)).isGreaterThan(0.9);
    assertThat(share(200, Verdict.SLOWER, 20, 4, 0.3)).isGreaterThan(0.9);
    assertThat(Verdict.TOO_NOISY.words())
        .isEqualTo("inconclusive: the noise floor is larger than the margin");
  }

  @Test
  void twinsThatDifferMakeSmallDifferencesMeaningless() {
    List<Double> base = Collections.nCopies(20, 10.0);
    LatencyTimes times =
        new LatencyTimes(
            base,
            Collections.nCopies(20, 10.8),
            Map.of("arm", Collections.nCopies(20, 10.7)),
            10,
            true);
    LatencyComparison comparison = LatencyComparison.of(times, MARGIN);
    assertThat(comparison.noiseFloor()).isEqualTo(0.08, within(1e-12));
    assertThat(comparison.arms().get(0).verdict()).isEqualTo(Verdict.TOO_NOISY);
  }

  @Test
  void anIntervalAcrossTheMarginIsInconclusive() {
    List<Double> base = Collections.nCopies(8, 10.0);
    LatencyTimes times =
        new LatencyTimes(
            base,
            base,
            Map.of("arm", List.of(9.0, 9.5, 10.0, 10.4, 10.5, 11.0, 11.5, 12.0)),
            10,
            true);
    assertThat(LatencyComparison.of(times, MARGIN).arms().get(0).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void aMarginThatIsNotPositiveIsAnError() {
    List<Double> base = Collections.nCopies(8, 10.0);
    assertThatThrownBy(
            () -> LatencyComparison.of(new LatencyTimes(base, base, Map.of(), 10, true), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A margin of 0.0: expected a positive fraction, as 0.05 for 5%.");
  }
}
