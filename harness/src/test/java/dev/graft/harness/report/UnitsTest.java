package dev.graft.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.measure.Estimate;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void sizesHaveTheUnitThatReadsBest() {
    assertThat(Units.bytes(0)).isEqualTo("0 B");
    assertThat(Units.bytes(999)).isEqualTo("999 B");
    assertThat(Units.bytes(1_234)).isEqualTo("1.2 kB");
    assertThat(Units.bytes(999_949)).isEqualTo("1.0 MB");
    assertThat(Units.bytes(90_261_504)).isEqualTo("90.3 MB");
    assertThat(Units.bytes(123_456_789)).isEqualTo("123 MB");
    assertThat(Units.bytes(1_500_000_000_000_000L)).isEqualTo("1500 TB");
  }

  @Test
  void smallSharesKeepTheirDigits() {
    assertThat(Units.share(0)).isEqualTo("0%");
    assertThat(Units.share(0.0000123)).isEqualTo("0.0012%");
    assertThat(Units.share(0.00327)).isEqualTo("0.33%");
    assertThat(Units.share(1)).isEqualTo("100%");
  }

  @Test
  void timesBecomeMinutesWhenTheyAreLong() {
    assertThat(Units.seconds(12.34)).isEqualTo("12.3 s");
    assertThat(Units.seconds(99.97)).isEqualTo("1:40 min");
    assertThat(Units.seconds(3_725)).isEqualTo("62:05 min");
  }

  @Test
  void aProbabilityIsNeverZero() {
    assertThat(Units.probability(0)).isEqualTo("p<0.001");
    assertThat(Units.probability(0.0312)).isEqualTo("p=0.031");
    assertThat(Units.probability(0.5)).isEqualTo("p=0.50");
  }

  @Test
  void whatRoundsToZeroHasNoSign() {
    assertThat(Units.beyondOne(0.9999, 0)).isEqualTo("0%");
    assertThat(Units.beyondOne(1.0001, 1)).isEqualTo("0.0%");
    assertThat(Units.beyondOne(0.98, 0)).isEqualTo("-2%");
    assertThat(Units.fixed(-0.0004, 3)).isEqualTo("0.000");
    assertThat(Units.signed(0.04, 1)).isEqualTo("0.0");
    assertThat(Units.signed(0.06, 1)).isEqualTo("+0.1");
    assertThat(Units.signedInterval(new Estimate(-0.00001, -0.01, 0.01), 3))
        .isEqualTo("0.000 [-0.010, +0.010]");
  }

  @Test
  void anIntervalHasTheDigitsThatTellItsEndsApart() {
    assertThat(Units.ratio(new Estimate(1.25, 1.2, 1.3))).isEqualTo("1.25 [1.20, 1.30]");
    assertThat(Units.ratio(new Estimate(1.25, 1.246, 1.254))).isEqualTo("1.250 [1.246, 1.254]");
    assertThat(Units.ratio(new Estimate(1.25, 1.2499, 1.2502)))
        .isEqualTo("1.2500 [1.2499, 1.2502]");
    assertThat(Units.ratio(new Estimate(1.25, 1.25, 1.25))).isEqualTo("1.25 [1.25, 1.25]");
    assertThat(Units.ratio(new Estimate(147, 146.8, 147.3))).isEqualTo("147.0 [146.8, 147.3]");
    assertThat(Units.beyondOne(new Estimate(1.022, 1.0218, 1.0222), 1))
        .isEqualTo("+2.20% [+2.18%, +2.22%]");
  }

  @Test
  void theLocaleMakesNoDifference() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Units.count(22_565_376)).isEqualTo("22,565,376");
      assertThat(Units.ratio(1.234)).isEqualTo("1.23");
    } finally {
      Locale.setDefault(before);
    }
  }
}
