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
  /** What the name of an index has behind that of the file that it stands for. */
  static final String SUFFIX = ".index.json";

  private static final String NAME = "[^/\\\\]+";

  private ShardIndex() {}

  /** {@return whether a file is an index, by its name} */
  public static boolean isNamed(String file) {
    return file.endsWith(SUFFIX);
  }

  /**
   * Reads an index. Its shards are files of the kind that it stands for, in its own folder.
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
    String kind = kind(index);
    if (!name.isJsonPrimitive()
        || !name.getAsString().matches(NAME)
        || !name.getAsString().endsWith(kind)) {
      throw GraftException.input("%s: tensor '%s' has no shard.", index, tensor)
          .expected("the name of a file in the same folder that ends in " + kind)
          .found(name)
          .remedy("copy or download the index again");
    }
    return name.getAsString();
  }

  /** Such as {@code .bin} for {@code pytorch_model.bin.index.json}. */
  private static String kind(Path index) {
    return index.toString().endsWith(".bin" + SUFFIX) ? ".bin" : ".safetensors";
  }
}
