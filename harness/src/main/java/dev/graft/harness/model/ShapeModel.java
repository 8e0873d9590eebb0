package dev.graft.harness.model;

import com.google.gson.JsonObject;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.files.AtomicFile;
import dev.graft.files.JsonFile;
import dev.graft.harness.job.OutputFolder;
import dev.graft.host.RandomModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A model of a known shape whose weights mean nothing: what takes time takes as much with them. */
public final class ShapeModel {
  private static final long SEED = 1;

  /** By the names that configurations have for them. */
  private static final Map<String, Integer> TINY =
      Map.of(
          "n_layer", 2,
          "num_hidden_layers", 2,
          "n_embd", 64,
          "hidden_size", 64,
          "n_head", 4,
          "num_attention_heads", 4,
          "intermediate_size", 128,
          "vocab_size", 500);

  private ShapeModel() {}

  /** The configuration of a model of the same kind with two narrow blocks. */
  public static JsonFile tiny(JsonFile config) {
    JsonObject json = config.json().deepCopy();
    TINY.forEach(
        (name, size) -> {
          if (json.has(name)) {
            json.addProperty(name, size);
          }
        });
    return new JsonFile(config.file(), json);
  }

  /**
   * Writes one as a folder that other processes can load.
   *
   * @param config what is to stand in its {@code config.json}
   * @param folder which is made
   * @return the folder
   */
  public static Path write(JsonFile config, Path folder) {
    ModelDirectory model = RandomModel.of(config, SEED);
    OutputFolder.create(folder);
    AtomicFile.write(folder.resolve("config.json"), config.json().toString());
    List<TensorData> weights =
        model.tensors().names().stream().map(name -> TensorData.of(model.tensors(), name)).toList();
    SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, Map.of("format", "pt"));
    return folder;
  }
}
