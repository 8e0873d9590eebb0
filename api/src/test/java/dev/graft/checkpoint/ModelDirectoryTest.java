package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.testing.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          "quantization_config": {"load_in_4bit": true, "quant_method": "bitsandbytes"};load_in_4bit true, quant_method bitsandbytes
          "quantization_config": {"load_in_8bit": true};load_in_8bit true
          "quantization_config": {"quant_method": "awq", "bits": 4, "zero_point": true};quant_method awq, bits 4
          "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]};quant_method fp8
          "quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]};quant_method mxfp4
          "quantization_config": {"quant_config": {"weight_quant_params": {"nbits": 4}}, "quant_method": "hqq"};quant_method hqq
          "quantization_config": {"config_groups": {}, "format": "pack-quantized", "quant_method": "compressed-tensors"};format pack-quantized, quant_method compressed-tensors
          "quantization": {"group_size": 64, "bits": 4};group_size 64, bits 4
          "compression_config": {"sparsity_config": {}};{"sparsity_config":{}}
          """)
  void aQuantisedModelIsRefusedBeforeItsWeightsAreLookedAt(String entry, String how)
      throws IOException {
    write("config.json", "{" + entry + ", \"_name_or_path\": \"org/base\"}");
    write("model.safetensors", "damaged");
    assertThatThrownBy(() -> ModelDirectory.open(folder))
        .isInstanceOf(GraftException.class)
        .hasMessageContainingAll("is quantised", how, "'org/base'");
    write("config.json", "{\"quantization_config\": null}");
    assertThatThrownBy(() -> ModelDirectory.open(folder)).hasMessageNotContaining("quantised");
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
