package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.testing.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelDirectoryTest {
  private static final TensorData A = TensorData.of("a", new float[] {1, 2}, 2);
  private static final TensorData B = TensorData.of("b", new float[] {3}, 1);

  @TempDir Path folder;

  @Test
  void aFolderWithOneFileOfWeightsIsOpened() throws IOException {
    write("config.json", "{\"model_type\": \"bert\"}");
    SafetensorsWriter.write(folder.resolve("model.safetensors"), List.of(A, B), Map.of());

    ModelDirectory model = ModelDirectory.open(folder);

    assertThat(model.config().requireString("model_type")).isEqualTo("bert");
    assertThat(model.tensors().names()).containsExactly("a", "b");
  }

  @Test
  void aFolderWithShardsIsOpenedAsIfItWereOneFile() throws IOException {
    writeShards("{\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}");

    TensorSource tensors = ModelDirectory.open(folder).tensors();

    assertThat(tensors.names()).containsExactly("a", "b");
    assertThat(tensors.floats("a")).containsExactly(1, 2);
    assertThat(tensors.floats("b")).containsExactly(3);
  }

  @Test
  void picklesAreReadWhereThereAreNoSafetensors() throws IOException {
    write("config.json", "{}");
    TorchSave.writeShards(folder, List.of(List.of(A), List.of(B)));
    assertThat(ModelDirectory.open(folder).tensors().floats("b")).containsExactly(3);

    TorchSave.write(folder.resolve("pytorch_model.bin"), List.of(A));
    assertThat(ModelDirectory.open(folder).tensors().names()).containsExactly("a");

    writeShards("{\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}");
    assertThat(ModelDirectory.open(folder).tensors().file().toString()).contains("safetensors");

    SafetensorsWriter.write(folder.resolve("model.safetensors"), List.of(B), Map.of());
    assertThat(ModelDirectory.open(folder).tensors().names()).containsExactly("b");
  }

  @Test
  void aFolderMayBeGivenByItsName() throws IOException {
    write("config.json", "{}");
    SafetensorsWriter.write(folder.resolve("model.safetensors"), List.of(A), Map.of());

    assertThat(ModelDirectory.of(folder.toString()).path()).isEqualTo(folder);
    assertThatThrownBy(() -> ModelDirectory.of("hf:no/such/model"))
        .hasMessageStartingWith("'hf:no/such/model' names no model of the Hugging Face hub.");
  }

  private void writeShards(String weightMap) throws IOException {
    write("config.json", "{}");
    write("model.safetensors.index.json", "{\"metadata\": {}, \"weight_map\": " + weightMap + "}");
    SafetensorsWriter.write(folder.resolve("1.safetensors"), List.of(A), Map.of());
    SafetensorsWriter.write(folder.resolve("2.safetensors"), List.of(B), Map.of());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
