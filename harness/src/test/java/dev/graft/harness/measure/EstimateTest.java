package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void aProportionHasWilsonsInterval() {
    Estimate estimate = Estimate.proportion(45, 50);
    assertThat(estimate.value()).isEqualTo(0.9);
    assertThat(estimate.low()).isEqualTo(0.7863976856, within(1e-9));
    assertThat(estimate.high()).isEqualTo(0.9565242351, within(1e-9));
  }

  @Test
  void aProportionOfAllOrNoneHasAnIntervalThatEndsThere() {
    assertThat(Estimate.proportion(50, 50).low()).isEqualTo(0.9286524009, within(1e-9));
    assertThat(Estimate.proportion(50, 50).high()).isEqualTo(1, within(1e-12));
    assertThat(Estimate.proportion(0, 50).low()).isEqualTo(0, within(1e-12));
  }

  @Test
  void aBootstrappedMeanHasTheIntervalOfTheNormalApproximation() {
    double[] values = new Random(7).doubles(400).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double error = Math.sqrt(1 / 12.0 / values.length);
    Estimate estimate = Estimate.bootstrap(values.length, mean(values), 1);
    assertThat(estimate.value()).isEqualTo(mean, within(1e-12));
    assertThat(estimate.low()).isEqualTo(mean - 1.96 * error, within(0.2 * error));
    assertThat(estimate.high()).isEqualTo(mean + 1.96 * error, within(0.2 * error));
  }

  @Test
  void aBootstrappedRatioKeepsThePairsTogether() {
    double[] divisors = new Random(7).doubles(50, 1, 9).toArray();
    double[] dividends = Arrays.stream(divisors).map(divisor -> 3 * divisor).toArray();
    Estimate estimate =
        Estimate.bootstrap(
            50, weights -> mean(dividends).of(weights) / mean(divisors).of(weights), 1);
    assertThat(estimate.low()).isEqualTo(3, within(1e-12));
    assertThat(estimate.high()).isEqualTo(3, within(1e-12));
  }

  @Test
  void aSeedDecidesTheBootstrap() {
    double[] values = new Random(7).doubles(30).toArray();
    assertThat(Estimate.bootstrap(30, mean(values), 1))
        .isEqualTo(Estimate.bootstrap(30, mean(values), 1))
        .isNotEqualTo(Estimate.bootstrap(30, mean(values), 2));
  }

  @Test
  void aMedianHasTheIntervalOfTheSignTest() {
    // of 10 fair coins 0 or 1 are heads with probability 11 / 1024 < 2.5%, up to 2 with 56 / 1024
    assertThat(Estimate.median(new double[] {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}))
        .isEqualTo(new Estimate(5.5, 2, 9));
    assertThat(Estimate.median(new double[] {1, 2, 3, 4, 5, 6})).isEqualTo(new Estimate(3.5, 1, 6));
  }

  @Test
  void theIntervalOfAMedianHoldsItInNinetyFivePercentOfSamples() {
    Random random = new Random(7);
    long held =
        IntStream.range(0, 2000)
            .mapToObj(i -> random.doubles(25).map(u -> -Math.log(u)).toArray())
            .map(Estimate::median)
            .filter(estimate -> estimate.low() <= Math.log(2) && Math.log(2) <= estimate.high())
            .count();
    assertThat(held / 2000.0).isBetween(0.95, 0.975);
  }

  @Test
  void fewerThanSixSamplesAreRefused() {
    assertThatThrownBy(() -> Estimate.median(new double[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A 95% interval of a median of 5 samples: at least 6 are needed.");
  }

  private static Weighted mean(double[] values) {
    return weights ->
        IntStream.range(0, values.length).mapToDouble(i -> weights[i] * values[i]).sum()
            / IntStream.of(weights).sum();
  }
}
