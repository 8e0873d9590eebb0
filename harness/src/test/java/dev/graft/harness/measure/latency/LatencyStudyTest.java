package dev.graft.harness.measure.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.latency.LatencyComparison.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Whole studies on a simulated machine: each process has a speed of its own, and so has each copy
 * that it compiles; within a process the noise of a round is like that of the round before.
 */
class LatencyStudyTest {
  private static final double MARGIN = 0.05;
  private static final int STUDIES = 200;
  private static final int FIRST = 3;
  private static final int ROUNDS = 30;
  private static final double LUCK = 0.035;
  private static final double NOISE = 0.03;
  private static final double MEMORY = 0.7;

  private final Random random = new Random(20261127);

  /** Times of one copy, all of which share the slowness that the machine has in each round. */
  private List<Double> copy(double slowness, double[] machine) {
    double speed = 10 * slowness * Math.exp(LUCK * random.nextGaussian());
    double[] own = wandering();
    return IntStream.range(0, ROUNDS)
        .mapToObj(round -> speed * Math.exp(machine[round] + own[round]))
        .toList();
  }

  private double[] wandering() {
    double[] noise = new double[ROUNDS];
    noise[0] = NOISE * random.nextGaussian();
    for (int i = 1; i < ROUNDS; i++) {
      noise[i] =
          MEMORY * noise[i - 1] + NOISE * Math.sqrt(1 - MEMORY * MEMORY) * random.nextGaussian();
    }
    return noise;
  }

  private LatencyTimes process(double... slowness) {
    double[] machine = wandering();
    double luck = LUCK * random.nextGaussian();
    for (int i = 0; i < ROUNDS; i++) {
      machine[i] += luck;
    }
    List<Double> base = copy(1, machine);
    List<Double> twin = copy(1, machine);
    Map<String, List<Double>> arms = new LinkedHashMap<>();
    for (int i = 0; i < slowness.length; i++) {
      arms.put("arm " + i, copy(slowness[i], machine));
    }
    return new LatencyTimes(base, twin, arms, 10, true);
  }

  /** As the instrument does it: the first processes decide how many there will be. */
  private LatencyComparison study(int most, double... slowness) {
    List<LatencyTimes> processes = new ArrayList<>();
    while (processes.size() < FIRST) {
      processes.add(process(slowness));
    }
    long needed = LatencyComparison.of(processes, FIRST, MARGIN).neededProcesses();
    while (processes.size() < Math.min(needed, most)) {
      processes.add(process(slowness));
    }
    return LatencyComparison.of(processes, FIRST, MARGIN);
  }

  private static boolean claims(ArmLatency arm) {
    return arm.verdict() == Verdict.SLOWER || arm.verdict() == Verdict.FASTER;
  }

  private long claims(int most, double... slowness) {
    return IntStream.range(0, STUDIES)
        .mapToObj(i -> study(most, slowness))
        .filter(study -> study.arms().stream().anyMatch(LatencyStudyTest::claims))
        .count();
  }

  @Test
  void ofEqualArmsAtMostFivePercentOfStudiesClaimAnyDifference() {
    int allowed = STUDIES / 20;
    assertThat(claims(FIRST, 1)).as("one arm, no more processes").isLessThanOrEqualTo(allowed);
    assertThat(claims(12, 1)).as("one arm, a limit").isLessThanOrEqualTo(allowed);
    assertThat(claims(200, 1)).as("one arm, as many as needed").isLessThanOrEqualTo(allowed);
    assertThat(claims(12, 1, 1, 1, 1)).as("four arms, a limit").isLessThanOrEqualTo(allowed);
  }

  /** The same rounds of one process, with the sign test's interval, claim something in most. */
  @Test
  void theRoundsOfOneProcessWouldClaimDifferences() {
    long claims =
        IntStream.range(0, STUDIES)
            .mapToObj(i -> process(1))
            .map(LatencyStudyTest::ratioInOneProcess)
            .filter(ratio -> ratio.low() > 1 || ratio.high() < 1)
            .count();
    assertThat(claims).isGreaterThan(STUDIES / 2);
  }

  private static Estimate ratioInOneProcess(LatencyTimes times) {
    return Estimate.median(
        IntStream.range(0, times.rounds())
            .mapToDouble(i -> times.arms().get("arm 0").get(i) / times.base().get(i))
            .toArray());
  }

  @Test
  void aSlowDownOfTheMarginIsFoundWhereProcessesAreAllowed() {
    long found =
        IntStream.range(0, STUDIES)
            .mapToObj(i -> study(400, 1.05).arms().get(0))
            .filter(arm -> arm.verdict() == Verdict.SLOWER)
            .count();
    assertThat(found).isGreaterThan(STUDIES * 8 / 10);
  }

  @Test
  void intervalsHoldTheRatioInNinetyFivePercentOfStudies() {
    long missed =
        IntStream.range(0, STUDIES)
            .mapToObj(i -> study(40, 1.2).arms().get(0).ratio())
            .filter(ratio -> ratio.low() > 1.2 || ratio.high() < 1.2)
            .count();
    assertThat(missed).isBetween(2L, 20L);
  }
}
