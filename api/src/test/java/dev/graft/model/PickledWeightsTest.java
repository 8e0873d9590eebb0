package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.methods.StackSpec;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import dev.graft.testing.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A model computes the same whether its weights are safetensors or a pickle. */
final class PickledWeightsTest {
  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  private interface Writing {
    void write(Path file, Collection<TensorData> tensors);
  }

  private float[][] logits(Path model) {
    Model loaded = cpu.load(ModelDirectory.open(model));
    try (Attachment host =
        loaded.attach(loaded.stack(new StackSpec(List.of()), List.of("a", "b")), 1)) {
      return host.logits(TinyModel.batch(5, 3));
    }
  }

  private Path pickled(Path base, String name, Writing writing) throws IOException {
    Path model = Files.createDirectories(folder.resolve(name));
    Files.copy(base.resolve("config.json"), model.resolve("config.json"));
    writing.write(model.resolve("pytorch_model.bin"), TinyModel.weights(true).values());
    return model;
  }

  @Test
  void aHostComputesTheSameFromPickles() throws IOException {
    Path base = TinyModel.write(folder.resolve("base"), true);
    float[][] expected = logits(base);

    assertThat(logits(pickled(base, "zip", TorchSave::write))).isDeepEqualTo(expected);
    assertThat(logits(pickled(base, "legacy", TorchSave::writeLegacy))).isDeepEqualTo(expected);
    assertThat(logits(pickled(base, "columns", TorchSave::writeColumns))).isDeepEqualTo(expected);
  }
}
