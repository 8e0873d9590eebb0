package dev.graft.api.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private enum Colour {
    RED,
    DARK_BLUE
  }

  private static final Setting<Integer> RANK = Setting.integer("rank", 8, 1, 4096, "the rank");
  private static final Setting<Double> DROPOUT = Setting.real("dropout", 0, 0, 0.9, "the dropout");
  private static final Setting<Colour> COLOUR = Setting.choice("colour", Colour.RED, "the colour");
  private static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "where");
  private static final SettingsSpec SPEC = SettingsSpec.of(RANK, DROPOUT, COLOUR, TARGETS);

  @Test
  void whatIsNotNamedHasItsDefault() {
    Settings settings = SPEC.read("mine", Map.of("rank", "4"));
    assertThat(settings.get(RANK)).isEqualTo(4);
    assertThat(settings.get(DROPOUT)).isEqualTo(0);
    assertThat(settings.get(TARGETS).entries()).containsExactly("query", "value");
    assertThat(settings.changed()).containsExactly(Map.entry("rank", "4"));
  }

  @Test
  void writtenSettingsAreReadBackEqual() {
    Settings settings =
        SPEC.read(
            "mine", Map.of("colour", "dark-blue", "targets", "[key,value]", "dropout", "0.1"));
    assertThat(SPEC.read("mine", settings.written())).isEqualTo(settings);
    assertThat(settings.get(COLOUR)).isEqualTo(Colour.DARK_BLUE);
  }
}
