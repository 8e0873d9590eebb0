package dev.graft.api.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CompoundSettingsTest {
  private static final Setting<Integer> RANK = Setting.integer("ranks", 8, 1, 64, "ranks");
  private static final Setting<PathPatterns<Integer>> RANKS = RANK.byPath();
  private static final Setting<List<Integer>> LAYERS =
      Setting.integer("layers", 0, 0, 99, "blocks").listed();
  private static final Setting<List<String>> EXCLUDE = Setting.names("exclude", "left out");
  private static final Setting<Optional<Double>> FACTOR =
      Setting.real("factor", 1, 1, 1000, "a factor").optional();
  private static final SettingsSpec SPEC = SettingsSpec.of(RANKS, LAYERS, EXCLUDE, FACTOR);

  private static <T> T read(Setting<T> setting, String text) {
    return SPEC.read("mine", Map.of(setting.name(), text)).get(setting);
  }

  @Test
  void byDefaultThereAreNone() {
    Settings settings = SPEC.defaults();
    assertThat(settings.get(RANKS).entries()).isEmpty();
    assertThat(settings.get(LAYERS)).isEmpty();
    assertThat(settings.get(FACTOR)).isEmpty();
    assertThat(settings.written())
        .containsExactly(
            Map.entry("ranks", "[]"),
            Map.entry("layers", "[]"),
            Map.entry("exclude", "[]"),
            Map.entry("factor", "none"));
    assertThat(SPEC.read("mine", settings.written()).changed()).isEmpty();
  }

  @Test
  void listsHaveBracketsWhichOneElementMayLeaveOut() {
    assertThat(read(LAYERS, "[0, 11]")).containsExactly(0, 11);
    assertThat(read(LAYERS, "3")).containsExactly(3);
    assertThat(read(EXCLUDE, "[pooler,/layers\\.\\d{1,2}\\.mlp\\..*/]"))
        .containsExactly("pooler", "/layers\\.\\d{1,2}\\.mlp\\..*/");
    assertThat(read(FACTOR, "2.5")).hasValue(2.5);
  }

  @Test
  void whatIsWrittenIsReadBackEqual() {
    Settings settings =
        SPEC.read(
            "mine",
            Map.of(
                "ranks", "[ query=4, /layers\\.[01]\\..*/=2 ]",
                "layers", "[0,1]",
                "exclude", "pooler",
                "factor", "16"));
    assertThat(settings.written())
        .containsExactly(
            Map.entry("ranks", "[query=4,/layers\\.[01]\\..*/=2]"),
            Map.entry("layers", "[0,1]"),
            Map.entry("exclude", "[pooler]"),
            Map.entry("factor", "16"));
    assertThat(SPEC.read("mine", settings.written())).isEqualTo(settings);
  }

  @Test
  void theFirstPatternThatMatchesTheEndOfAPathDecides() {
    PathPatterns<Integer> ranks =
        read(RANKS, "[layers.0.attention.query=1,query=2,mlp\\.(up|down)=3,/.*\\.key/=4]");
    assertThat(ranks.get("layers.0.attention.query")).hasValue(1);
    assertThat(ranks.get("layers.1.attention.query")).hasValue(2);
    assertThat(ranks.get("query")).hasValue(2);
    assertThat(ranks.get("layers.1.mlp.down")).hasValue(3);
    assertThat(ranks.get("layers.1.attention.key")).hasValue(4);
    assertThat(ranks.get("key")).isEmpty();
    assertThat(ranks.get("layers.1.attention.subquery")).isEmpty();
    assertThat(ranks.unmatched(List.of("layers.1.attention.query")))
        .containsExactly("layers.0.attention.query", "mlp\\.(up|down)", "/.*\\.key/");
  }

  @Test
  void severalExpressionsMayBeTargetsAndHaveCommas() {
    Targets targets = Targets.parse("[/.*\\.{1,2}query/,value]");
    assertThat(targets.entries()).containsExactly("/.*\\.{1,2}query/", "value");
    assertThat(Targets.parse(targets.toString())).isEqualTo(targets);
    assertThat(Targets.parse("/a,b/").entries()).containsExactly("/a,b/");
  }
}
