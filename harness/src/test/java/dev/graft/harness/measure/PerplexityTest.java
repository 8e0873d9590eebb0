package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class PerplexityTest {
  @Test
  void everyTokenCountsAlike() {
    double[] surprise = {3 * Math.log(8), Math.log(2)};

    Estimate estimate = Perplexity.estimate(surprise, new int[] {3, 1}, 1);

    assertThat(estimate.value()).isCloseTo(Math.pow(8 * 8 * 8 * 2, 0.25), within(1e-12));
    assertThat(estimate.low()).isCloseTo(2, within(1e-12));
    assertThat(estimate.high()).isCloseTo(8, within(1e-12));
  }

  @Test
  void textsThatAreAllAlikeLeaveNoDoubt() {
    Estimate estimate =
        Perplexity.estimate(new double[] {Math.log(5), Math.log(5)}, new int[] {1, 1}, 1);

    assertThat(estimate.low()).isCloseTo(estimate.high(), within(1e-12));
  }
}
