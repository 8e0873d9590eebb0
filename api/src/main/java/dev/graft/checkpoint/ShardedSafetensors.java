package dev.graft.checkpoint;

import com.google.gson.JsonElement;
import dev.graft.api.GraftException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tensors spread over several safetensors files, which an index in the same folder lists. */
final class ShardedSafetensors implements TensorSource {
  private final Path index;
  private final SortedMap<String, Safetensors> shardOf;

  private ShardedSafetensors(Path index, SortedMap<String, Safetensors> shardOf) {
    this.index = index;
    this.shardOf = Collections.unmodifiableSortedMap(shardOf);
  }

  /**
   * Opens an index and its shards.
   *
   * @throws GraftException if the index is damaged, a shard is missing or damaged, or index and
   *     shards don't list the same tensors
   */
  static ShardedSafetensors open(Path index) {
    SortedMap<String, Safetensors> shardOf = new TreeMap<>();
    Map<String, Safetensors> shards = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry :
        JsonFile.read(index).requireObject("weight_map").entrySet()) {
      Path shard = shard(index, entry.getKey(), entry.getValue());
      shardOf.put(
          entry.getKey(), shards.computeIfAbsent(shard.toString(), s -> Safetensors.open(shard)));
    }
    shardOf.forEach(
        (tensor, shard) -> {
          if (!shard.names().contains(tensor)) {
            throw disagreement(index, shard, "'" + tensor + "' in the shard", "no such tensor");
          }
        });
    for (Safetensors shard : shards.values()) {
      for (String tensor : shard.names()) {
        if (shardOf.get(tensor) != shard) {
          throw disagreement(
              index, shard, "only tensors that the index puts there", "'" + tensor + "'");
        }
      }
    }
    return new ShardedSafetensors(index, shardOf);
  }

  private static Path shard(Path index, String tensor, JsonElement name) {
    if (!name.isJsonPrimitive() || Path.of(name.getAsString()).getNameCount() != 1) {
      throw GraftException.input(
          """
          %s: tensor '%s' has no shard.
          Expected: the name of a file in the same folder.
          Found: %s.
          Copy or download the index again."""
              .formatted(index, tensor, name));
    }
    Path shard = index.resolveSibling(name.getAsString());
    if (!Files.isRegularFile(shard)) {
      throw GraftException.input(
          """
          The shard %s is missing.
          Expected: a file of that name, for tensor '%s' in %s.
          Copy or download all shards of the model."""
              .formatted(shard, tensor, index.getFileName()));
    }
    return shard;
  }

  private static GraftException disagreement(
      Path index, Safetensors shard, String expected, String found) {
    return GraftException.input(
        """
        %s and its shard %s don't belong together.
        Expected: %s.
        Found: %s.
        Copy or download the index and all shards again."""
            .formatted(index, shard.file().getFileName(), expected, found));
  }

  @Override
  public Path file() {
    return index;
  }

  @Override
  public Set<String> names() {
    return shardOf.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return shard(name).info(name);
  }

  @Override
  public List<ByteBuffer> pieces(String name) {
    return shard(name).pieces(name);
  }

  private Safetensors shard(String name) {
    Safetensors shard = shardOf.get(name);
    if (shard == null) {
      throw Safetensors.missing(this, name);
    }
    return shard;
  }
}
