package dev.graft.files;

import com.google.gson.JsonElement;
import dev.graft.GraftException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The index of a checkpoint that is spread over files: which of them holds which tensor. */
public final class ShardIndex {
  private static final String SHARD = "[^/\\\\]+\\.safetensors";

  private ShardIndex() {}

  /**
   * Reads an index.
   *
   * @return the names of the tensors in each shard, by the shard's name
   * @throws GraftException if the index is damaged
   */
  public static SortedMap<String, SortedSet<String>> read(Path index) {
    SortedMap<String, SortedSet<String>> shards = new TreeMap<>();
    JsonFile.read(index)
        .requireObject("weight_map")
        .asMap()
        .forEach(
            (tensor, shard) ->
                shards
                    .computeIfAbsent(shardName(index, tensor, shard), s -> new TreeSet<>())
                    .add(tensor));
    if (shards.isEmpty()) {
      throw GraftException.input("%s lists no tensors.", index)
          .expected("a weight_map that says in which shard each tensor is")
          .found("an empty one")
          .remedy("copy or download the index again");
    }
    return shards;
  }

  private static String shardName(Path index, String tensor, JsonElement name) {
    if (!name.isJsonPrimitive() || !name.getAsString().matches(SHARD)) {
      throw GraftException.input("%s: tensor '%s' has no shard.", index, tensor)
          .expected("the name of a safetensors file in the same folder")
          .found(name)
          .remedy("copy or download the index again");
    }
    return name.getAsString();
  }
}
