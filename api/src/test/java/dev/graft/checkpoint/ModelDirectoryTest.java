package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
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
    assertThatThrownBy(() -> tensors.info("c"))
        .hasMessageContaining("model.safetensors.index.json has no tensor 'c'.\nFound: a, b.\n");
  }

  @Test
  void aMissingShardIsAnError() throws IOException {
    writeShards("{\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}");
    Files.delete(folder.resolve("2.safetensors"));

    assertError(
        """
        The shard %s/2.safetensors is missing.
        Expected: a file of that name, for tensor 'b' in model.safetensors.index.json.
        Copy or download all shards of the model.""");
  }

  @Test
  void anIndexThatNamesATensorItsShardLacksIsAnError() throws IOException {
    writeShards("{\"a\": \"1.safetensors\", \"b\": \"2.safetensors\", \"c\": \"2.safetensors\"}");

    assertError(
        """
        %s/model.safetensors.index.json and its shard 2.safetensors don't belong together.
        Expected: 'c' in the shard.
        Found: no such tensor.
        Copy or download the index and all shards again.""");
  }

  @Test
  void aTensorThatTheIndexDoesNotNameIsAnError() throws IOException {
    writeShards("{\"a\": \"1.safetensors\"}");
    SafetensorsWriter.write(folder.resolve("1.safetensors"), List.of(A, B), Map.of());

    assertError(
        """
        %s/model.safetensors.index.json and its shard 1.safetensors don't belong together.
        Expected: only tensors that the index puts there.
        Found: 'b'.
        Copy or download the index and all shards again.""");
  }

  @Test
  void aTensorInTwoShardsIsAnError() throws IOException {
    writeShards("{\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}");
    SafetensorsWriter.write(folder.resolve("1.safetensors"), List.of(A, B), Map.of());

    assertError(
        """
        %s/model.safetensors.index.json and its shard 1.safetensors don't belong together.
        Expected: 'b' in 2.safetensors alone, where the index puts it.
        Found: 'b' here as well.
        Copy or download the index and all shards again.""");
  }

  @Test
  void anIndexWithoutTensorsIsAnError() throws IOException {
    writeShards("{}");

    assertError(
        """
        %s/model.safetensors.index.json lists no tensors.
        Expected: a weight_map that says in which shard each tensor is.
        Found: an empty one.
        Copy or download the index again.""");
  }

  @Test
  void aFolderMayBeGivenByItsName() throws IOException {
    write("config.json", "{}");
    SafetensorsWriter.write(folder.resolve("model.safetensors"), List.of(A), Map.of());

    assertThat(ModelDirectory.of(folder.toString()).path()).isEqualTo(folder);
    assertThatThrownBy(() -> ModelDirectory.of("hf:no/such/model"))
        .hasMessageStartingWith("'hf:no/such/model' names no model of the Hugging Face hub.");
  }

  @Test
  void pickledShardsAreAnErrorAsWell() throws IOException {
    write("config.json", "{\"architectures\": [\"x; import os\"]}");
    write("pytorch_model-00001-of-00002.bin", "");
    write("pytorch_model.bin.index.json", "{}");

    assertThatThrownBy(() -> ModelDirectory.open(folder))
        .hasMessageContaining("Pickled weights are never read")
        .hasMessageContaining("from transformers import AutoModel\n");
  }

  @Test
  void aShardOutsideTheFolderIsAnError() throws IOException {
    writeShards("{\"a\": \"../1.safetensors\"}");

    assertError(
        """
        %s/model.safetensors.index.json: tensor 'a' has no shard.
        Expected: the name of a safetensors file in the same folder.
        Found: "../1.safetensors".
        Copy or download the index again.""");
  }

  @Test
  void aMissingFolderIsAnError() {
    Path none = folder.resolve("none");

    assertThatThrownBy(() -> ModelDirectory.open(none))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            There is no folder %s.
            Expected: a model's folder, with config.json and model.safetensors.
            Found: nothing.
            Give a folder that save_pretrained of Hugging Face's transformers has written."""
                .formatted(none));
  }

  @Test
  void aFolderWithoutAConfigurationIsAnError() throws IOException {
    write("readme.txt", "");
    SafetensorsWriter.write(folder.resolve("model.safetensors"), List.of(A), Map.of());

    assertError(
        """
        The folder %s has no config.json.
        Expected: a model's folder, with config.json and model.safetensors.
        Found: model.safetensors, readme.txt.
        Give a folder that save_pretrained of Hugging Face's transformers has written.""");
  }

  @Test
  void aFolderWithoutWeightsIsAnError() throws IOException {
    write("config.json", "{}");

    assertError(
        """
        The folder %s has no model.safetensors.
        Expected: a model's folder, with config.json and model.safetensors.
        Found: config.json.
        Give a folder that save_pretrained of Hugging Face's transformers has written.""");
  }

  @Test
  void pickledWeightsAreAnErrorThatSaysHowToConvertThem() throws IOException {
    write("config.json", "{\"architectures\": [\"BertForSequenceClassification\"]}");
    write("pytorch_model.bin", "");

    assertThatThrownBy(() -> ModelDirectory.open(folder))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            The folder %1$s has no model.safetensors.
            Expected: a model's folder, with config.json and model.safetensors.
            Found: config.json, pytorch_model.bin.
            Pickled weights are never read, since they can run code. Convert them once, in Python:
              from transformers import BertForSequenceClassification
              BertForSequenceClassification.from_pretrained("%1$s").save_pretrained("%1$s")"""
                .formatted(folder));
  }

  private void assertError(String text) {
    assertThatThrownBy(() -> ModelDirectory.open(folder))
        .isInstanceOf(GraftException.class)
        .hasMessage(text.formatted(folder));
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
