package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class HolmTest {
  /** As {@code p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")} of R. */
  @Test
  void correctsAsRDoes() {
    assertThat(Holm.corrected(List.of(0.01, 0.04, 0.03, 0.005)))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
  }

  @Test
  void oneTestNeedsNoCorrectionAndNoneExceedsOne() {
    assertThat(Holm.corrected(List.of(0.04))).containsExactly(0.04);
    assertThat(Holm.corrected(List.of(0.9, 0.8))).containsExactly(1, 1);
    assertThat(Holm.corrected(List.of())).isEmpty();
  }
}
