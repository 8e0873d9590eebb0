package dev.graft.harness.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LearningRateScheduleTest {
  private static final double[] NONE = {};

  private static double[] factors(int steps, double warmup) {
    LearningRateSchedule schedule = new LearningRateSchedule(steps, warmup);
    return IntStream.range(0, steps).mapToDouble(schedule::factor).toArray();
  }

  @Test
  void theRateRisesToItsPeakAndFallsToNearZero() {
    assertThat(factors(10, 0.2))
        .containsExactly(
            new double[] {0.5, 1, 1, 7 / 8.0, 6 / 8.0, 5 / 8.0, 4 / 8.0, 3 / 8.0, 2 / 8.0, 1 / 8.0},
            within(1e-12));
  }

  @Test
  void withoutWarmUpTheFirstStepHasThePeak() {
    assertThat(factors(4, 0)).containsExactly(1, 0.75, 0.5, 0.25);
  }

  @Test
  void theFewestStepsMoveToo() {
    assertThat(factors(1, 0.06)).containsExactly(1);
    assertThat(factors(2, 0.99)).containsExactly(0.5, 1);
    assertThat(factors(0, 0.06)).isEqualTo(NONE);
  }
}
