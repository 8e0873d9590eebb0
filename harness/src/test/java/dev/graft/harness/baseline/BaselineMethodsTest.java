package dev.graft.harness.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Methods;
import dev.graft.api.Owned;
import dev.graft.api.PeftMethod;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.model.Model;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaselineMethodsTest {
  @TempDir Path folder;
  private Host host;

  @BeforeEach
  void describeAHost() {
    host = Model.check(ModelDirectory.open(TinyModel.write(folder, true)));
  }

  private Graft graft(String name) {
    PeftMethod method = Methods.installed().get(name);
    Graft graft = new Graft(name);
    method.graft(host, method.settings().defaults(), graft);
    return graft;
  }

  private List<String> parameters(boolean onlyBiases) {
    return host.parameters().stream()
        .filter(parameter -> !onlyBiases || parameter.isBias())
        .map(HostParameter::name)
        .toList();
  }

  @Test
  void fullFineTuningTrainsEveryWeight() {
    assertThat(graft("full").owned()).extracting(Owned::name).isEqualTo(parameters(false));
    assertThat(graft("full").owned()).allMatch(Owned::isTrained);
  }

  @Test
  void bitFitTrainsTheBiasesOfProjectionsAndNorms() {
    assertThat(graft("bitfit").owned())
        .extracting(Owned::name)
        .isEqualTo(parameters(true))
        .contains(
            "embeddings.norm.bias", "layers.0.attention.query.bias", "layers.1.mlp.norm.bias");
  }

  @Test
  void headOnlyAddsNothing() {
    assertThat(graft("head-only").owned()).isEmpty();
    assertThat(graft("head-only").sites()).isEmpty();
  }
}
