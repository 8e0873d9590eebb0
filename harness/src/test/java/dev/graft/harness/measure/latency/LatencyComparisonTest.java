package dev.graft.harness.measure.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.latency.LatencyComparison.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyComparisonTest {
  private static final double MARGIN = 0.05;

  /** Seven rounds of 10 ms, in which the arm and the twin take so many times as long. */
  private static LatencyTimes process(double twin, double arm) {
    return new LatencyTimes(
        Collections.nCopies(7, 10.0),
        Collections.nCopies(7, 10.0 * twin),
        Map.of("arm", Collections.nCopies(7, 10.0 * arm)),
        10,
        true);
  }

  private static LatencyComparison of(LatencyTimes... processes) {
    return LatencyComparison.of(List.of(processes), processes.length, MARGIN);
  }

  private static ArmLatency arm(LatencyTimes... processes) {
    return of(processes).arms().get(0);
  }

  @Test
  void inAProcessARatioIsTheMedianOfTheRatiosWithinRounds() {
    LatencyTimes times =
        new LatencyTimes(
            List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0),
            List.of(1.0, 2.0, 3.03, 4.0, 5.0, 5.88, 7.0),
            Map.of("arm", List.of(2.0, 4.0, 6.0, 8.0, 10.5, 12.0, 70.0)),
            10,
            true);
    LatencyComparison comparison = of(times, times, times);

    assertThat(comparison.baseMilliseconds()).isEqualTo(4);
    assertThat(comparison.twins().value()).isEqualTo(1, within(1e-12));
    assertThat(comparison.arms().get(0).milliseconds()).isEqualTo(8);
    assertThat(comparison.arms().get(0).ratio().value()).isEqualTo(2, within(1e-12));
    assertThat(comparison.arms().get(0).verdict()).isEqualTo(Verdict.SLOWER);
  }

  /** By hand: logarithms 0.10, 0.12, 0.14; deviation 0.02; t of 2 degrees of freedom 4.302653. */
  @Test
  void theIntervalIsStudentsOverProcesses() {
    ArmLatency arm =
        arm(process(1, Math.exp(0.10)), process(1, Math.exp(0.12)), process(1, Math.exp(0.14)));

    double half = 4.302653 * 0.02 / Math.sqrt(3);
    assertThat(arm.ratio().value()).isEqualTo(Math.exp(0.12), within(1e-9));
    assertThat(arm.ratio().low()).isEqualTo(Math.exp(0.12 - half), within(1e-6));
    assertThat(arm.ratio().high()).isEqualTo(Math.exp(0.12 + half), within(1e-6));
    assertThat(arm.spread().between()).isEqualTo(0.02, within(1e-12));
    assertThat(arm.spread().within()).isZero();
    assertThat(arm.verdict()).isEqualTo(Verdict.SLOWER);
  }

  @Test
  void whatRoundsDoNotShowMakesTheIntervalWide() {
    LatencyTimes[] lucky = {process(1, 1.02), process(1.03, 1.08), process(0.96, 1.15)};

    assertThat(arm(lucky).ratio().low()).isLessThan(1);
    assertThat(arm(lucky).verdict()).isEqualTo(Verdict.TOO_NOISY);
    assertThat(of(lucky).neededProcesses()).isGreaterThan(100);
  }

  @Test
  void moreProcessesOfAStudyKeepTheSpreadOfTheFirst() {
    LatencyTimes[] first = {process(1, 1.10), process(1, 1.12), process(1, 1.14)};
    List<LatencyTimes> twice = List.of(first[0], first[1], first[2], first[1], first[1], first[1]);
    ArmLatency more = LatencyComparison.of(twice, 3, MARGIN).arms().get(0);

    double three = Math.log(arm(first).ratio().high() / arm(first).ratio().low());
    double six = Math.log(more.ratio().high() / more.ratio().low());
    assertThat(six).isEqualTo(three / Math.sqrt(2), within(1e-9));
  }

  @Test
  void equivalenceIsShownByTheIntervalAndNotByTheLackOfADifference() {
    assertThat(arm(process(1, 1.001), process(1, 0.999), process(1, 1.002)).verdict())
        .isEqualTo(Verdict.EQUIVALENT);
    assertThat(arm(process(1, 1.03), process(1, 0.96), process(1, 1.01)).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void noDifferenceCountsThatIsSmallerThanThatOfTheTwins() {
    LatencyTimes[] slow = {process(1.08, 1.07), process(1.081, 1.071), process(1.079, 1.069)};

    assertThat(of(slow).noiseFloor()).isBetween(0.08, 0.083);
    assertThat(arm(slow).difference()).isLessThan(0.001);
    assertThat(arm(slow).verdict()).isEqualTo(Verdict.TOO_NOISY);
  }

  @Test
  void aMarginThatIsNotPositiveAndOneProcessAreErrors() {
    LatencyTimes process = process(1, 1);
    assertThatThrownBy(() -> LatencyComparison.of(List.of(process, process), 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A margin of 0.0: expected a positive fraction, as 0.05 for 5%.");
    assertThatThrownBy(() -> of(process))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 samples, 1 of them at first: expected 2 or more.");
  }
}
