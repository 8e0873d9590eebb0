package dev.graft.harness.measure.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.latency.LatencyBenchmark.Arm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On a machine whose clock only advances by what its forward passes take. */
class LatencyBenchmarkTest {
  /** So narrow is no interval. */
  private static final double NEVER = -1;

  private final Random noise = new Random(11);
  private final List<String> ran = new ArrayList<>();
  private long now;

  private Arm arm(String name, DoubleSupplier milliseconds) {
    return new Arm(
        name,
        () -> {
          ran.add(name);
          now += Math.round(milliseconds.getAsDouble() * 1e6);
        });
  }

  /** Until the budget is spent. */
  private LatencyTimes run(Duration budget, Arm base, Arm... arms) {
    return run(budget, 6, NEVER, base, arms);
  }

  private LatencyTimes run(Duration budget, int rounds, double width, Arm base, Arm... arms) {
    return new LatencyBenchmark(budget, rounds, width, 3, () -> now)
        .run(base.forward(), base.forward(), List.of(arms));
  }

  @Test
  void everyRoundTimesTheBaseTwiceAndEachArmOnceInAnOrderOfItsOwn() {
    LatencyTimes times =
        run(Duration.ofSeconds(1), arm("base", () -> 2), arm("a", () -> 3), arm("b", () -> 5));

    assertThat(times.arms().keySet()).containsExactly("a", "b");
    assertThat(times.base()).hasSize(times.rounds()).containsOnly(2.0);
    assertThat(times.twin()).hasSize(times.rounds()).containsOnly(2.0);
    assertThat(times.arms().get("a")).hasSize(times.rounds()).containsOnly(3.0);
    assertThat(times.arms().get("b")).hasSize(times.rounds()).containsOnly(5.0);
    HashSet<List<String>> orders = new HashSet<>();
    for (int i = 0; i < ran.size(); i += 4) {
      List<String> round = ran.subList(i, i + 4);
      assertThat(round).containsExactlyInAnyOrder("base", "base", "a", "b");
      orders.add(List.copyOf(round));
    }
    assertThat(orders).hasSize(12);
  }

  @Test
  void theBudgetBoundsWarmUpAndRoundsTogether() {
    LatencyTimes times = run(Duration.ofSeconds(1), arm("base", () -> 2), arm("a", () -> 6));
    // 10 ms a round; the steady state is seen after two windows of five rounds
    assertThat(times.steady()).isTrue();
    assertThat(times.warmUpRounds()).isEqualTo(10);
    assertThat(times.rounds()).isEqualTo(90);
  }

  @Test
  void asManyRoundsAsAnIntervalNeedsAreTimedWhateverTheBudget() {
    LatencyTimes times = run(Duration.ofMillis(1), 30, 0.05, arm("base", () -> 40));
    assertThat(times.rounds()).isEqualTo(6);
    assertThat(times.steady()).isFalse();
  }

  @Test
  void itEndsOnceEveryIntervalIsNarrowButNotBeforeTheRoundsThatAreWanted() {
    DoubleSupplier noisy = () -> 2 * Math.exp(0.1 * noise.nextGaussian());
    assertThat(run(Duration.ofHours(1), 30, 0.05, arm("base", () -> 2), arm("a", () -> 3)).rounds())
        .isEqualTo(30);
    LatencyTimes many = run(Duration.ofHours(1), 30, 0.02, arm("base", () -> 2), arm("a", noisy));
    Estimate ratio =
        Estimate.median(many.arms().get("a").stream().mapToDouble(t -> t / 2).toArray());
    assertThat(many.rounds()).isBetween(200, 2000);
    assertThat(ratio.high() - ratio.low()).isLessThanOrEqualTo(0.02 * ratio.value());
  }

  @Test
  void roundsBeforeTheSteadyStateAreLeftOut() {
    double[] compiling = {90};
    Arm base = arm("base", () -> 2 + 0.02 * noise.nextGaussian());
    Arm slowToStart = arm("a", () -> 3 + (compiling[0] *= 0.8));
    LatencyTimes times = run(Duration.ofSeconds(3), base, slowToStart);
    assertThat(times.steady()).isTrue();
    assertThat(times.arms().get("a")).allSatisfy(time -> assertThat(time).isLessThan(3.3));
  }

  @Test
  void aNoisyMachineIsFoundSteadyWithManyArms() {
    DoubleSupplier noisy = () -> 2 * Math.exp(0.06 * noise.nextGaussian());
    Arm[] arms = IntStream.range(0, 10).mapToObj(i -> arm("a" + i, noisy)).toArray(Arm[]::new);
    LatencyTimes times = run(Duration.ofSeconds(6), arm("base", noisy), arms);
    assertThat(times.steady()).isTrue();
    assertThat(times.warmUpRounds()).isBetween(10, 30);
  }

  @Test
  void aSteadyStateThatNeverComesIsWaitedForDuringAThirdOfTheBudget() {
    double[] growing = {1};
    LatencyTimes times =
        run(Duration.ofSeconds(30), arm("base", () -> 1), arm("a", () -> growing[0] *= 1.03));
    assertThat(times.steady()).isFalse();
    double measured =
        times.arms().get("a").stream().mapToDouble(t -> t).sum() + 2.0 * times.rounds();
    assertThat(measured).isBetween(19_000.0, 21_500.0);
  }

  @Test
  void aMachineThatSlowsDownMovesTheTimesButNotTheRatios() {
    DoubleSupplier slowness = () -> 1 + now / 1e9 + 0.01 * noise.nextGaussian();
    LatencyTimes times =
        run(
            Duration.ofSeconds(4),
            arm("base", () -> 2 * slowness.getAsDouble()),
            arm("a", () -> 2.2 * slowness.getAsDouble()));
    assertThat(times.base().get(times.rounds() - 1)).isGreaterThan(2 * times.base().get(0));
    assertThat(median(times.arms().get("a"), times.base())).isEqualTo(1.1, within(0.005));
    assertThat(median(times.twin(), times.base())).isEqualTo(1, within(0.005));
  }

  private static double median(List<Double> times, List<Double> base) {
    return Estimate.median(
            IntStream.range(0, base.size()).mapToDouble(i -> times.get(i) / base.get(i)).toArray())
        .value();
  }

  @Test
  void twoArmsOfOneNameAreAnError() {
    Arm arm = arm("a", () -> 1);
    assertThatThrownBy(() -> run(Duration.ofSeconds(1), arm, arm, arm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Two arms are named 'a'.");
    assertThat(ran).isEmpty();
  }
}
