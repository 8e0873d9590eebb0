package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.files.Quantisation;
import dev.graft.files.ShardIndex;
import dev.graft.files.WeightFiles;
import dev.graft.hub.Hub;
import dev.graft.hub.HubListener;
import dev.graft.hub.HubModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model's folder as Hugging Face's transformers saves it: {@code config.json}, and the weights as
 * {@code model.safetensors}, or else as {@code pytorch_model.bin}, each of them whole or in shards
 * that {@code model.safetensors.index.json} or {@code pytorch_model.bin.index.json} lists.
 *
 * @param path the folder
 * @param config its {@code config.json}
 * @param tensors its weights
 */
public record ModelDirectory(Path path, JsonFile config, TensorSource tensors) {
  private static final String WHOLE =
      "a model's folder, with config.json and " + WeightFiles.EXPECTED;
  private static final String SAVED =
      "give a folder that save_pretrained of Hugging Face's transformers has written";

  /**
   * {@return the model of a name, downloaded where the cache lacks it}
   *
   * @param name a folder, or {@code hf:org/name[@revision]} on the Hugging Face hub
   * @throws GraftException as {@link #open} and {@link Hub#download}
   */
  public static ModelDirectory of(String name) {
    return of(name, HubListener.NONE);
  }

  /**
   * {@return the model of a name, downloaded where the cache lacks it}
   *
   * @param name a folder, or {@code hf:org/name[@revision]} on the Hugging Face hub
   * @param listener is told how a download gets on
   * @throws GraftException as {@link #open} and {@link Hub#download}
   */
  public static ModelDirectory of(String name, HubListener listener) {
    return open(
        HubModel.isNamedBy(name)
            ? Hub.ofEnvironment(listener).download(HubModel.parse(name)).folder()
            : Folders.named(name));
  }

  /**
   * {@return the model in a folder; its weights are mapped, not read}
   *
   * @param path of a folder that {@code save_pretrained} of transformers has written
   * @throws GraftException if the folder, its configuration or its weights are missing or damaged,
   *     or the weights are quantised
   */
  public static ModelDirectory open(Path path) {
    if (!Files.isDirectory(path)) {
      throw GraftException.input("There is no folder %s.", path)
          .expected(WHOLE)
          .found(Folders.kind(path))
          .remedy(SAVED);
    }
    Path config = path.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      throw incomplete(path, "config.json", SAVED);
    }
    return open(path, JsonFile.read(config));
  }

  private static ModelDirectory open(Path path, JsonFile config) {
    Quantisation.refuse(path, config);
    Optional<String> weights = WeightFiles.find(name -> Files.isRegularFile(path.resolve(name)));
    if (weights.isEmpty()) {
      throw incomplete(path, "weights", SAVED);
    }
    Path file = path.resolve(weights.get());
    return new ModelDirectory(
        path,
        config,
        ShardIndex.isNamed(weights.get()) ? ShardedTensors.open(file) : TensorSource.open(file));
  }

  private static GraftException incomplete(Path path, String file, String remedy) {
    return GraftException.input("The folder %s has no %s.", path, file)
        .expected(WHOLE)
        .found(Folders.listing(path))
        .remedy(remedy);
  }
}
