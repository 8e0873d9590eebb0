package dev.graft.harness.measure.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TiersTest {
  private static final Map<String, Integer> PLACES = Map.of("a", 90, "b", 89, "c", 86, "d", 85);

  private static List<List<String>> tiers(int apart) {
    return Tiers.of(
        List.of("a", "b", "c", "d"),
        (one, other) -> Math.abs(PLACES.get(one) - PLACES.get(other)) >= apart);
  }

  @Test
  void aTierHoldsAllThatCannotBeToldFromItsFirst() {
    assertThat(tiers(3)).containsExactly(List.of("a", "b"), List.of("c", "d"));
    assertThat(tiers(5)).containsExactly(List.of("a", "b", "c"), List.of("d"));
    assertThat(tiers(6)).containsExactly(List.of("a", "b", "c", "d"));
    assertThat(tiers(1)).hasSize(4);
    assertThat(Tiers.of(List.of(), (one, other) -> true)).isEmpty();
  }
}
