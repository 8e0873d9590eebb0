package dev.graft.harness.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SeedsTest {
  @Test
  void aCountStandsForTheSeedsFromOneOn() {
    assertThat(Seeds.parse("3").values()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aListStandsForItself() {
    assertThat(Seeds.parse("42, 7").values()).containsExactly(42L, 7L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0", "-1", "1001", "1,", "1,x", "5,5"})
  void refusesWhatIsNeither(String text) {
    assertThatThrownBy(() -> Seeds.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageEndingWith("found '" + text + "'");
  }
}
