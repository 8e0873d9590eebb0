package dev.graft.harness.measure.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.Estimate;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectedBestTest {
  private static final double[] VALUES = {0.5, 0.9, 0.7, 0.8};

  @Test
  void oneDrawIsExpectedToReachTheMean() {
    assertThat(ExpectedBest.mean(VALUES, 1)).isCloseTo(0.725, within(1e-12));
  }

  /** Of two draws with replacement from 16 pairs: 0.5 is the largest of 1, 0.7 of 3, and so on. */
  @Test
  void severalDrawsAreExpectedToReachTheMeanOfTheirLargest() {
    assertThat(ExpectedBest.mean(VALUES, 2))
        .isCloseTo((0.5 + 3 * 0.7 + 5 * 0.8 + 7 * 0.9) / 16, within(1e-12));
  }

  @Test
  void itIsWhatASimulationFinds() {
    Random random = new Random(1);
    double sum = 0;
    int samples = 200_000;
    for (int i = 0; i < samples; i++) {
      sum += random.ints(3, 0, 4).mapToDouble(at -> VALUES[at]).max().orElseThrow();
    }
    assertThat(ExpectedBest.mean(VALUES, 3)).isCloseTo(sum / samples, within(2e-3));
  }

  @Test
  void aTrialWithoutAResultIsAsGoodAsTheWorstOfTheOthers() {
    assertThat(ExpectedBest.mean(new double[] {Double.NaN, 0.5, 0.9}, 1))
        .isCloseTo((0.5 + 0.5 + 0.9) / 3, within(1e-12));
    assertThat(ExpectedBest.of(new double[] {Double.NaN}, 1).value()).isNaN();
  }

  @Test
  void theIntervalHoldsTheValue() {
    Estimate best = ExpectedBest.of(VALUES, 4);
    assertThat(best.value()).isBetween(best.low(), best.high());
    assertThat(best.high()).isLessThanOrEqualTo(0.9);
  }
}
