package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.hub.Hub;
import dev.graft.hub.HubListener;
import dev.graft.hub.HubModel;
import dev.graft.hub.Pickles;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model's folder as Hugging Face's transformers saves it: {@code config.json}, and {@code
 * model.safetensors} or {@code model.safetensors.index.json} with its shards.
 *
 * @param path the folder
 * @param config its {@code config.json}
 * @param tensors its weights
 */
public record ModelDirectory(Path path, JsonFile config, TensorSource tensors) {
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
            : Path.of(name));
  }

  /**
   * {@return the model in a folder; its weights are mapped, not read}
   *
   * @param path of a folder that {@code save_pretrained} of transformers has written
   * @throws GraftException if the folder, its configuration or its weights are missing or damaged
   */
  public static ModelDirectory open(Path path) {
    if (!Files.isDirectory(path)) {
      throw GraftException.input("There is no folder %s.", path)
          .expected("a model's folder, with config.json and model.safetensors")
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
    Path single = path.resolve("model.safetensors");
    if (Files.isRegularFile(single)) {
      return new ModelDirectory(path, config, Safetensors.open(single));
    }
    Path index = path.resolve("model.safetensors.index.json");
    if (Files.isRegularFile(index)) {
      return new ModelDirectory(path, config, ShardedSafetensors.open(index));
    }
    boolean pickled = Folders.files(path).stream().anyMatch(Pickles::isPickle);
    throw incomplete(path, "model.safetensors", pickled ? Pickles.conversion(config, path) : SAVED);
  }

  private static GraftException incomplete(Path path, String file, String remedy) {
    return GraftException.input("The folder %s has no %s.", path, file)
        .expected("a model's folder, with config.json and model.safetensors")
        .found(Folders.listing(path))
        .remedy(remedy);
  }
}
