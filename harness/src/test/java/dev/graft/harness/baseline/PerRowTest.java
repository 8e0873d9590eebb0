package dev.graft.harness.baseline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.Trait;
import dev.graft.methods.Methods;
import dev.graft.methods.Methods.Installed;
import dev.graft.model.Model;
import dev.graft.tasks.Tasks;
import dev.graft.testing.MixedRows;
import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What installed methods promise about batches whose rows belong to different tasks. */
class PerRowTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();

  static Stream<String> thoseWithout() {
    return Methods.installed().all().stream()
        .map(Installed::method)
        .filter(method -> !method.spec().traits().contains(Trait.PER_ROW))
        .map(method -> method.spec().name())
        .filter(name -> !name.equals("test-doomed"));
  }

  @Test
  void methodsOfDifferentPluginsShareABatch() {
    for (String host : List.of("gpt2", "llama")) {
      MixedRows.assertEachRowIsItsOwn(
          cpu.load(host),
          Map.of("a", "lora:rank=3", "b", "houlsby:bottleneck=4+lora:targets=mlp.up", "c", "lin"));
    }
  }

  @ParameterizedTest
  @MethodSource("thoseWithout")
  void aMethodWithoutTheTraitIsRefused(String method) {
    Model model = cpu.load("gpt2");
    try (Tasks tasks = new Tasks(model)) {
      tasks.add("a", MixedRows.moved(model, "lora", List.of(), 1));
      tasks.add("b", MixedRows.moved(model, method, List.of(), 1));
      assertThatThrownBy(() -> tasks.logits(MixedRows.BATCH, MixedRows.ROWS))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("the method '%s' has no parameters of each row.".formatted(method));
    }
  }
}
