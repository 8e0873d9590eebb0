package dev.graft.api.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TuningRangeTest {
  @Test
  void valuesLieEvenlyOnTheScale() {
    assertThat(TuningRange.linear(1, 3).at(0.5)).isEqualTo(2);
    TuningRange rates = TuningRange.logarithmic(1e-4, 1e-2);
    assertThat(rates.at(0.5)).isCloseTo(1e-3, within(1e-15));
    assertThat(rates.at(0)).isEqualTo(1e-4);
    assertThat(rates.at(1)).isCloseTo(1e-2, within(1e-15));
  }

  @Test
  void aRangeHoldsMoreThanOneValue() {
    assertThatThrownBy(() -> TuningRange.linear(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no range to tune in: 1.0 to 1.0");
    assertThatThrownBy(() -> TuningRange.logarithmic(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TuningRange.linear(0, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSettingIsTunedWithinWhatItAllows() {
    Setting<Integer> rank =
        Setting.integer("rank", 8, 1, 64, "the rank r").tuned(TuningRange.logarithmic(1, 64));
    assertThat(rank.at(7.6)).isEqualTo("8");
    assertThat(SettingsSpec.of(rank).defaults().get(rank)).isEqualTo(8);
    assertThatThrownBy(() -> rank.tuned(TuningRange.linear(0, 64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Setting.flag("dora", false, "trains lengths").tuned(TuningRange.linear(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the setting 'dora' is not a number");
  }
}
