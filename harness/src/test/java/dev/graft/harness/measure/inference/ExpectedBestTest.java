package dev.graft.harness.measure.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.Estimate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectedBestTest {
  private static final double[] VALUES = {0.5, 0.9, 0.7, 0.8};

  @Test
  void oneDrawIsExpectedToReachTheMean() {
    assertThat(new ExpectedBest(VALUES).mean(1)).isCloseTo(0.725, within(1e-12));
  }

  /** Of two draws with replacement from 16 pairs: 0.5 is the largest of 1, 0.7 of 3, and so on. */
  @Test
  void severalDrawsAreExpectedToReachTheMeanOfTheirLargest() {
    assertThat(new ExpectedBest(VALUES).mean(2))
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
    assertThat(new ExpectedBest(VALUES).mean(3)).isCloseTo(sum / samples, within(2e-3));
  }

  @Test
  void aTrialWithoutAResultIsAsGoodAsTheWorstOfTheOthers() {
    assertThat(new ExpectedBest(new double[] {Double.NaN, 0.5, 0.9}).mean(1))
        .isCloseTo((0.5 + 0.5 + 0.9) / 3, within(1e-12));
    ExpectedBest nothing = new ExpectedBest(new double[] {Double.NaN});
    assertThat(nothing.best()).isNaN();
    assertThat(nothing.estimates(List.of(1)))
        .singleElement()
        .satisfies(of -> assertThat(of.value()).isNaN());
  }

  @Test
  void aBudgetHasTheSameIntervalAloneAndAmongOthers() {
    ExpectedBest search = new ExpectedBest(VALUES);
    assertThat(search.estimates(List.of(1, 2, 4)))
        .containsExactly(
            search.estimates(List.of(1)).get(0),
            search.estimates(List.of(2)).get(0),
            search.estimates(List.of(4)).get(0));
  }

  @Test
  void theIntervalHoldsTheValue() {
    Estimate best = new ExpectedBest(VALUES).estimates(List.of(4)).get(0);
    assertThat(best.value()).isBetween(best.low(), best.high());
    assertThat(best.high()).isLessThanOrEqualTo(0.9);
  }
}
