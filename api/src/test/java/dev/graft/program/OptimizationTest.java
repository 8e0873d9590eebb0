package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.Without;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class OptimizationTest {
  @Test
  void allAreAtWorkButThoseThatTheSystemPropertyNames() {
    assertThat(Without.optimisations("", Optimization::off)).isEmpty();
    assertThat(Without.optimisations(" split ,", Optimization::off))
        .containsExactly(Optimization.SPLIT);
    assertThat(Without.optimisations("split", Optimization.SPLIT::isOn)).isFalse();
    assertThat(Without.optimisations("all", Optimization::off))
        .isEqualTo(EnumSet.allOf(Optimization.class));
  }
}
