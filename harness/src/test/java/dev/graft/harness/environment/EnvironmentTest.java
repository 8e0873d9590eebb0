package dev.graft.harness.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.Without;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void whatIsLeftOutIsRecorded() {
    assertThat(Without.optimisations("split", Environment::machine).get("process"))
        .endsWith("; without split");
    assertThat(Without.optimisations("", Environment::machine).get("process"))
        .doesNotContain("without");
  }
}
