package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.files.ShardIndex;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tensors spread over several files, which an index in the same folder lists. */
final class ShardedTensors implements TensorSource {
  private final Path index;
  private final SortedMap<String, TensorSource> shardOf;

  private ShardedTensors(Path index, SortedMap<String, TensorSource> shardOf) {
    this.index = index;
    this.shardOf = Collections.unmodifiableSortedMap(shardOf);
  }

  /**
   * Opens an index and its shards.
   *
   * @throws GraftException if the index is damaged, a shard is missing or damaged, or index and
   *     shards don't list the same tensors
   */
  static ShardedTensors open(Path index) {
    SortedMap<String, TensorSource> shardOf = new TreeMap<>();
    List<TensorSource> opened = new ArrayList<>();
    ShardIndex.read(index)
        .forEach(
            (name, tensors) -> {
              TensorSource shard = open(index, name, tensors.first());
              for (String tensor : tensors) {
                if (!shard.names().contains(tensor)) {
                  throw disagreement(
                      index, shard, "'" + tensor + "' in the shard", "no such tensor");
                }
                shardOf.put(tensor, shard);
              }
              opened.add(shard);
            });
    opened.forEach(shard -> refuseUnlisted(index, shard, shardOf));
    return new ShardedTensors(index, shardOf);
  }

  private static void refuseUnlisted(
      Path index, TensorSource shard, Map<String, TensorSource> shardOf) {
    for (String tensor : shard.names()) {
      TensorSource listed = shardOf.get(tensor);
      if (listed == null) {
        throw disagreement(
            index, shard, "only tensors that the index puts there", "'" + tensor + "'");
      }
      if (listed != shard) {
        Path other = listed.file().getFileName();
        throw disagreement(
            index,
            shard,
            "'%s' in %s alone, where the index puts it".formatted(tensor, other),
            "'" + tensor + "' here as well");
      }
    }
  }

  private static TensorSource open(Path index, String name, String tensor) {
    Path shard = index.resolveSibling(name);
    if (!Files.isRegularFile(shard)) {
      throw GraftException.input("The shard %s is missing.", shard)
          .expected("a file of that name, for tensor '%s' in %s", tensor, index.getFileName())
          .remedy("copy or download all shards of the model");
    }
    return TensorSource.open(shard);
  }

  private static GraftException disagreement(
      Path index, TensorSource shard, String expected, String found) {
    return GraftException.input(
            "%s and its shard %s don't belong together.", index, shard.file().getFileName())
        .expected(expected)
        .found(found)
        .remedy("copy or download the index and all shards again");
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

  private TensorSource shard(String name) {
    return Safetensors.require(this, shardOf, name);
  }
}
