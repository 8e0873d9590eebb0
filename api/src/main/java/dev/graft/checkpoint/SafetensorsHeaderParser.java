package dev.graft.checkpoint;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import dev.graft.GraftException;
import dev.graft.checkpoint.SafetensorsHeader.Entry;
import dev.graft.files.JsonFile;
import dev.graft.files.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the JSON of a safetensors header. */
record SafetensorsHeaderParser(Path file) {
  /** Reads all: what it finds out about a class it finds out once. */
  private static final Gson GSON = new Gson();

  /** A tensor as the header has it; what the header lacks is null. */
  private record Raw(
      String dtype, List<Long> shape, @SerializedName("data_offsets") List<Long> offsets) {}

  SafetensorsHeader parse(ByteBuffer header) {
    int length = header.remaining();
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = Map.of();
    try {
      String json = StandardCharsets.UTF_8.newDecoder().decode(header).toString();
      JsonElement parsed = JsonText.parse(json);
      if (!parsed.isJsonObject()) {
        throw new JsonParseException("other JSON");
      }
      for (Map.Entry<String, JsonElement> each : parsed.getAsJsonObject().entrySet()) {
        if (each.getKey().equals(SafetensorsHeader.METADATA)) {
          metadata = metadata(each.getValue());
        } else {
          entries.add(entry(each.getKey(), each.getValue()));
        }
      }
    } catch (CharacterCodingException | JsonParseException e) {
      throw damaged("its header can't be read", "a JSON object", JsonFile.reason(e));
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return new SafetensorsHeader(8 + length, List.copyOf(entries), metadata);
  }

  private Map<String, String> metadata(JsonElement json) {
    Map<String, String> metadata = new TreeMap<>();
    if (!json.isJsonObject()) {
      throw damaged("its metadata can't be read", "a JSON object of texts", json.toString());
    }
    json.getAsJsonObject()
        .asMap()
        .forEach(
            (key, value) -> {
              if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
                throw damaged(
                    "its metadata can't be read", "a text for '" + key + "'", value.toString());
              }
              metadata.put(key, value.getAsString());
            });
    return metadata;
  }

  private Entry entry(String name, JsonElement json) {
    Raw raw = GSON.fromJson(json, Raw.class);
    if (raw == null
        || raw.dtype == null
        || raw.shape == null
        || raw.shape.contains(null)
        || raw.offsets == null
        || raw.offsets.contains(null)
        || raw.offsets.size() != 2) {
      throw damaged(
          "tensor '" + name + "' is not described", "dtype, shape and two data_offsets", "" + json);
    }
    TensorInfo info;
    try {
      info =
          TensorInfo.of(
              name, type(name, raw.dtype), raw.shape.stream().mapToLong(Long::longValue).toArray());
    } catch (IllegalArgumentException e) {
      throw damaged(
          "tensor '" + name + "' has no possible shape",
          "sizes from 0 up, and no more than %s bytes in all".formatted(Long.MAX_VALUE),
          "" + raw.shape);
    }
    long begin = raw.offsets.get(0);
    long end = raw.offsets.get(1);
    if (begin < 0 || end < begin || end - begin != info.bytes()) {
      throw damaged(
          "tensor '" + name + "' doesn't fit its shape",
          "%s bytes for %s %s".formatted(info.bytes(), info.type(), info.shape().dims()),
          "data_offsets " + raw.offsets);
    }
    return new Entry(info, begin);
  }

  private DType type(String tensor, String name) {
    return Arrays.stream(DType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input(
                        "%s: tensor '%s' has a type that Graft doesn't know.", file, tensor)
                    .expected(names())
                    .found("'%s'", name)
                    .remedy("save the tensor as one of these types"));
  }

  private static String names() {
    return Arrays.stream(DType.values()).map(DType::name).collect(Collectors.joining(", "));
  }

  private GraftException damaged(String what, String expected, String found) {
    return SafetensorsHeader.damaged(file, what, expected, found);
  }
}
