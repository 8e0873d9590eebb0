package dev.graft.checkpoint;

import dev.graft.api.GraftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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
      "Give a folder that save_pretrained of Hugging Face's transformers has written.";

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
      throw GraftException.input(
          """
          There is no folder %s.
          Expected: a model's folder, with config.json and model.safetensors.
          Found: %s.
          %s"""
              .formatted(path, Files.exists(path) ? "a file" : "nothing", SAVED));
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
    boolean pickled = files(path).stream().anyMatch(Pickles::isPickle);
    throw incomplete(path, "model.safetensors", pickled ? Pickles.conversion(config, path) : SAVED);
  }

  private static GraftException incomplete(Path path, String file, String remedy) {
    List<String> files = files(path);
    return GraftException.input(
        """
        The folder %s has no %s.
        Expected: a model's folder, with config.json and model.safetensors.
        Found: %s.
        %s"""
            .formatted(path, file, files.isEmpty() ? "nothing" : String.join(", ", files), remedy));
  }

  private static List<String> files(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw GraftException.machine("%s can't be listed: %s.".formatted(path, e.getMessage()), e);
    }
  }
}
