package dev.graft.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.graft.files.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes a model's weights as {@code save_pretrained} of Hugging Face's transformers does. */
public final class ShardedWriter {
  /** The most bytes of a file. */
  private static final long LARGEST = 5_000_000_000L;

  /** The library for PyTorch expects it. */
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private ShardedWriter() {}

  /**
   * Writes {@code model.safetensors}, or shards of at most 5 GB and {@code
   * model.safetensors.index.json}. A tensor that is larger has a shard of its own.
   *
   * @param folder where there is none of them yet
   * @param tensors in the order in which they fill shards; each is asked for once
   * @throws dev.graft.GraftException if a file can't be written
   */
  public static void write(Path folder, List<LazyTensor> tensors) {
    write(folder, tensors, LARGEST);
  }

  static void write(Path folder, List<LazyTensor> tensors, long largest) {
    List<List<LazyTensor>> shards = shards(tensors, largest);
    if (shards.size() == 1) {
      SafetensorsWriter.writeEach(folder.resolve("model.safetensors"), shards.get(0), METADATA);
      return;
    }
    Map<String, String> shardOf = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      SafetensorsWriter.writeEach(folder.resolve(name), shards.get(i), METADATA);
      shards.get(i).forEach(tensor -> shardOf.put(tensor.info().name(), name));
    }
    JsonObject metadata = new JsonObject();
    metadata.addProperty(
        "total_size", tensors.stream().mapToLong(tensor -> tensor.info().bytes()).sum());
    JsonObject weights = new JsonObject();
    shardOf.forEach(weights::addProperty);
    JsonObject index = new JsonObject();
    index.add("metadata", metadata);
    index.add("weight_map", weights);
    AtomicFile.write(
        folder.resolve("model.safetensors.index.json"),
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(index) + "\n");
  }

  private static List<List<LazyTensor>> shards(List<LazyTensor> tensors, long largest) {
    List<List<LazyTensor>> shards = new ArrayList<>();
    long room = 0;
    for (LazyTensor tensor : tensors) {
      long bytes = tensor.info().bytes();
      if (shards.isEmpty() || bytes > room) {
        shards.add(new ArrayList<>());
        room = largest;
      }
      shards.get(shards.size() - 1).add(tensor);
      room -= bytes;
    }
    return shards.isEmpty() ? List.of(List.of()) : shards;
  }
}
