package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.checkpoint.TensorData;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostWeightsTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();

  private void load(Map<String, TensorData> weights) {
    assertThat(cpu.load(TinyModel.of("bert", weights)).host().layers()).isEqualTo(2);
  }

  private static Map<String, TensorData> renamed(String from, String to) {
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    TinyModel.weights(true)
        .values()
        .forEach(
            data -> {
              String name = data.info().name().replaceFirst(from, to);
              float[] numbers = new float[(int) data.info().elements()];
              renamed.put(name, TensorData.of(name, numbers, data.info().shape().fixed()));
            });
    return renamed;
  }

  @Test
  void prefixesAndOldNamesOfNormsAreUnderstood() {
    load(renamed("^", "bert."));
    load(renamed("LayerNorm\\.weight", "LayerNorm.gamma"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder.layer.1.output.dense.bias", "embeddings.word_embeddings.weight"})
  void aWeightIsNumbersOnly(String name) {
    Map<String, TensorData> weights = TinyModel.weights(true);
    TensorData weight = weights.get(name);
    float[] numbers = new float[(int) weight.info().elements()];
    numbers[7] = Float.POSITIVE_INFINITY;
    weights.put(name, TensorData.of(name, numbers, weight.info().shape().fixed()));

    assertThatThrownBy(() -> load(weights))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("Tensor '%s' holds something that is not a number", name);
  }

  @Test
  void headsOfOtherTasksAndBuffersAreLeftAside() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    weights.put("cls", TensorData.of("cls.predictions.bias", new float[3], 3));
    weights.put("ids", TensorData.of("embeddings.position_ids", new float[3], 1, 3));
    load(weights);
  }
}
