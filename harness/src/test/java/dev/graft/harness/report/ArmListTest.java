package dev.graft.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ArmListTest {
  @Test
  void aFewArmsAreNamed() {
    ArmList list = new ArmList(Double::toString);
    list.add("lora:rank=1", 1, "lora:rank=1 +1");
    list.add("bitfit", 2, "bitfit +2");

    assertThat(list).hasToString("lora:rank=1 +1, bitfit +2");
    assertThat(new ArmList(Double::toString)).hasToString("");
  }

  @Test
  void manyAreToldByTheirMethodsAndHowFarTheyRange() {
    ArmList list = new ArmList(value -> Units.format("%+.1f", value));
    for (int rank = 4; rank >= 1; rank--) {
      list.add("lora:rank=%s,targets=[query,value]".formatted(rank), rank, "");
      list.add("lora:rank=%s+prefix-tuning:virtual-tokens=4".formatted(rank), 7, "");
    }
    list.add("bitfit", 2, "bitfit +2.0");

    assertThat(list)
        .hasToString("lora (4 arms, +1.0 to +4.0), lora+prefix-tuning (4 arms, +7.0), bitfit +2.0");
  }

  @Test
  void manyNamesAreCounted() {
    List<String> arms = List.of("a:b=1", "a:b=2", "a", "c", "d", "e", "f", "g", "h");

    assertThat(ArmList.names(arms)).isEqualTo("a (3 arms), c, d, e, f, g, h");
  }
}
