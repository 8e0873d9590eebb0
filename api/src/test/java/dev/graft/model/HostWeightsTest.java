package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
import dev.graft.api.Targets;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.program.Device;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostWeightsTest {
  @TempDir Path folder;

  private void load(Map<String, TensorData> weights) {
    Path written = TinyModel.write(folder.resolve("tiny"), weights);
    try (Device device = Device.cpu();
        Model model = Model.load(ModelDirectory.open(written), device)) {
      assertThat(model.host().layers()).isEqualTo(2);
    }
  }

  private static Map<String, TensorData> renamed(String from, String to) {
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    TinyModel.weights(true)
        .values()
        .forEach(
            data -> {
              String name = data.info().name().replaceFirst(from, to);
              float[] numbers = new float[(int) data.info().elements()];
              renamed.put(name, TensorData.of(name, numbers, data.info().dims()));
            });
    return renamed;
  }

  @Test
  void prefixesAndOldNamesOfNormsAreUnderstood() {
    load(renamed("^", "bert."));
    load(renamed("LayerNorm\\.weight", "LayerNorm.gamma"));
  }

  @Test
  void headsOfOtherTasksAndBuffersAreLeftAside() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    weights.put("cls", TensorData.of("cls.predictions.bias", new float[3], 3));
    weights.put("ids", TensorData.of("embeddings.position_ids", new float[3], 1, 3));
    load(weights);
  }

  @Test
  void aMissingWeightIsNamed() {
    assertThatThrownBy(() -> load(renamed("layer.1.output.dense.bias", "layer.1.other.bias")))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("The checkpoint lacks 1 of the 39 weights that a bert host has.")
        .hasMessageContaining("missing: bert.encoder.layer.1.output.dense.bias")
        .hasMessageContaining("not used: encoder.layer.1.other.bias");
  }

  @Test
  void aWeightThatNobodyReadsIsNamed() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    weights.put("x", TensorData.of("encoder.layer.2.output.dense.bias", new float[3], 3));
    assertThatThrownBy(() -> load(weights))
        .hasMessageContaining("The checkpoint has 1 weights that a bert host does not read.")
        .hasMessageContaining("left over: encoder.layer.2.output.dense.bias");
  }

  @Test
  void aWrongShapeIsNamedWithBothShapes() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    weights.put("pooler.dense.bias", TensorData.of("pooler.dense.bias", new float[8], 8));
    assertThatThrownBy(() -> load(weights))
        .hasMessageContaining("The weight 'pooler.dense.bias' has the wrong shape.")
        .hasMessageContaining("expected: [16], from config.json")
        .hasMessageContaining("found: [8]");
  }

  @Test
  void anUnknownArchitectureIsNamedWithThoseThatAreKnown() throws IOException {
    Path written = TinyModel.write(folder.resolve("tiny"), true);
    Path config = written.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"mamba\""));
    assertThatThrownBy(() -> Transformer.of(ModelDirectory.open(written).config(), Set.of()))
        .hasMessageContaining("The architecture 'mamba' is not known.")
        .hasMessageContaining("expected: bert, roberta");
  }

  @Test
  void aTargetThatMatchesNothingIsNamedWithWhatIsThere() {
    Path written = TinyModel.write(folder.resolve("tiny"), true);
    Transformer host = Transformer.of(ModelDirectory.open(written).config(), Set.of());
    assertThatThrownBy(() -> host.projections(Targets.of("qeury")))
        .hasMessageContaining(
            "The target 'qeury' matches no projection of the bert host. Did you mean 'query'?")
        .hasMessageContaining("expected: down, key, output, query, up, value, all-linear");
  }
}
