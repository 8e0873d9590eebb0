package dev.graft.harness.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.PeftMethod;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.files.JsonFile;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Model;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private DeclaredGraft graft(String name) {
    return graft(name, Map.of());
  }

  private DeclaredGraft graft(String name, Map<String, String> settings) {
    PeftMethod method = Methods.installed().get(name);
    DeclaredGraft graft = new DeclaredGraft(name);
    method.graft(host, method.spec().settings().read(name, settings), graft);
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

  @Test
  void topLayersTrainsTheTopBlocksWhole() {
    assertThat(graft("top-layers", Map.of("layers", "1")).owned())
        .extracting(Owned::name)
        .isEqualTo(
            parameters(false).stream().filter(name -> name.startsWith("layers.1.")).toList());
  }

  @Test
  void twoLayersOfGpt2MediumAreAsManyAsThePaperCounts() {
    assertThat(onGpt2Medium("top-layers").methodCount()).isEqualTo(25_192_448);
    assertThat(onGpt2Medium("top-layers:final-norm=true").methodCount())
        .isEqualTo(25_192_448 + 2 * 1024);
  }

  private static Stack onGpt2Medium(String stack) {
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "gpt2");
    config.addProperty("vocab_size", 50257);
    config.addProperty("n_embd", 1024);
    config.addProperty("n_layer", 24);
    config.addProperty("n_head", 16);
    config.addProperty("n_positions", 1024);
    HostShape gpt2 = HostShape.of(new JsonFile(Path.of("config.json"), config), Set.of());
    StackSpec spec = StackSpec.parse(stack, Methods.installed());
    return Stack.of(gpt2, spec, TaskHead.forHost(gpt2, List.of("no", "yes")));
  }
}
