package dev.graft.testing;

import dev.graft.SeedMix;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import dev.graft.host.MaskedHead;
import dev.graft.host.RandomModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Tiny random hosts with the heads that they would have been pretrained with. */
public final class PretrainedModel {
  private static final int WIDTH = 16;

  private PretrainedModel() {}

  /**
   * A host of {@link TinyHosts}, in memory.
   *
   * @param changed keys of its {@code config.json}
   */
  public static ModelDirectory of(String name, String... changed) {
    return of(config(name, changed), weights(config(name, changed)));
  }

  /** The same with the given weights. */
  public static ModelDirectory of(JsonFile config, Map<String, TensorData> weights) {
    Path file = Path.of("pretrained");
    return new ModelDirectory(file, config, new TensorsInMemory(file, weights.values()));
  }

  /** What stands in the host's {@code config.json}: {@code "legacy": false} for instance. */
  public static JsonFile config(String name, String... changed) {
    String config = TinyHosts.config(name).json().toString();
    return JsonFile.of(
        Path.of("config.json"),
        changed.length == 0
            ? config
            : config.replaceFirst("\\{", "{" + String.join(", ", changed) + ", "));
  }

  /** The weights by name, those of the head for masked tokens last. */
  public static Map<String, TensorData> weights(JsonFile config) {
    Map<String, TensorData> weights = new LinkedHashMap<>();
    ModelDirectory host = RandomModel.of(config, 7);
    host.tensors().names().forEach(name -> weights.put(name, TensorData.of(host.tensors(), name)));
    MaskedHead.of(config)
        .ifPresent(
            head -> {
              add(weights, head.dense() + ".weight", WIDTH, WIDTH);
              add(weights, head.dense() + ".bias", WIDTH);
              add(weights, head.norm() + ".weight", WIDTH);
              add(weights, head.norm() + ".bias", WIDTH);
              add(weights, head.biases().get(head.biases().size() - 1), TinyModel.VOCABULARY);
            });
    return weights;
  }

  /** Adds a random weight. */
  public static void add(Map<String, TensorData> weights, String name, long... shape) {
    SplittableRandom random = new SplittableRandom(SeedMix.ofTensor(3, name));
    float[] numbers = new float[(int) (shape.length == 1 ? shape[0] : shape[0] * shape[1])];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (0.4 * random.nextGaussian());
    }
    weights.put(name, TensorData.of(name, numbers, shape));
  }

  /** Writes it as a Hugging Face folder. */
  public static Path write(Path folder, ModelDirectory model) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), model.config().json().toString());
      List<TensorData> tensors =
          model.tensors().names().stream()
              .map(name -> TensorData.of(model.tensors(), name))
              .toList();
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
