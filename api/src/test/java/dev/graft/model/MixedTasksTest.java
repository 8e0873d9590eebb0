package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.Graft;
import dev.graft.api.GraftException;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Trait;
import dev.graft.conformance.TinyHosts;
import dev.graft.program.Device;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.testing.MixedRows;
import dev.graft.testing.TinyHost;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Methods that promise parameters of each row and can't have them. */
class MixedTasksTest {
  private final Device device = Device.cpu();

  @AfterEach
  void closeTheDevice() {
    assertThat(device.liveTensors()).isZero();
    device.close();
  }

  private record Promising(BiConsumer<Host, Graft> added) implements PeftMethod {
    @Override
    public String name() {
      return "promising";
    }

    @Override
    public int apiVersion() {
      return PeftMethod.API_VERSION;
    }

    @Override
    public SettingsSpec settings() {
      return SettingsSpec.of();
    }

    @Override
    public Set<Trait> traits() {
      return Set.of(Trait.PER_ROW);
    }

    @Override
    public void graft(Host host, Settings settings, Graft graft) {
      added.accept(host, graft);
    }
  }

  private void assertRefused(BiConsumer<Host, Graft> added, String message) {
    try (Model model = Model.load(TinyHosts.named("llama"), device);
        Attachment task =
            MixedRows.moved(model, TinyHost.only(new Promising(added)), List.of(), 1)) {
      assertThatThrownBy(() -> MixedTasks.of(Map.of("a", task)))
          .isInstanceOfSatisfying(
              GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.PLUGIN))
          .hasMessage(message.formatted());
    }
  }

  @Test
  void aShapeThatRowsDontFitIsNamedWithItsMethodAndItsSite() {
    assertRefused(
        (host, graft) -> {
          Tensor a = graft.parameter("a", Shape.of(16, 16), Initializer.zeros());
          graft.at(host.blocks().get(1), state -> state.output().linear(a.transpose(0, 1)));
        },
        "promising of the task 'a' at layers.1 can't be given parameters of each row, which its method promises.%n  found: the shapes (B) and (16) don't fit");
  }

  @Test
  void attentionHasNoRows() {
    assertRefused(
        (host, graft) -> graft.at(host.attentions().get(0), new AttentionIntervention() {}),
        "'promising' promises parameters of each row and intervenes at layers.0.attention.%n  expected: projections, sublayers and blocks");
  }

  @Test
  void positionsBelongToTheBatch() {
    assertRefused(
        (host, graft) -> graft.shiftPositions(1),
        "'promising' promises parameters of each row and moves positions.");
  }

  @Test
  void aTensorOfThreeDimensionsHasNoTable() {
    assertRefused(
        (host, graft) -> graft.parameter("cube", Shape.of(2, 2, 2), Initializer.zeros()),
        "1-promising/cube has 3 dimensions, and rows of a batch can't have one each.%n  expected: a matrix, a vector or a scalar");
  }
}
