package dev.graft.harness.model;

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

  private ShapeModel() {}

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
