package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.checkpoint.TensorData;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

  @Test
  void headsOfOtherTasksAndBuffersAreLeftAside() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    weights.put("cls", TensorData.of("cls.predictions.bias", new float[3], 3));
    weights.put("ids", TensorData.of("embeddings.position_ids", new float[3], 1, 3));
    load(weights);
  }
}
