package dev.graft.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes safetensors files, byte for byte as the safetensors library of Hugging Face does: tensors
 * lie in order of {@link DType}, last first, then of name, and the header is padded with spaces to
 * a multiple of eight bytes. Equal tensors and metadata give equal files.
 */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /**
   * Writes a file, whole or not at all.
   *
   * @param file in a folder that is there; one of that name is replaced
   * @param tensors in any order
   * @param metadata free text; the library for PyTorch expects {@code format=pt} in it
   * @throws IllegalArgumentException if two tensors have one name, or one the name of the metadata
   * @throws dev.graft.GraftException if the file can't be written
   */
  public static void write(Path file, List<TensorData> tensors, Map<String, String> metadata) {
    writeEach(file, tensors.stream().map(LazyTensor::of).toList(), metadata);
  }

  /**
   * As {@link #write}, asking for one tensor's contents after the other.
   *
   * @param file in a folder that is there; one of that name is replaced
   * @param tensors in any order
   * @param metadata free text
   * @throws IllegalArgumentException if two tensors have one name, or one the name of the metadata
   * @throws dev.graft.GraftException if the file can't be written
   */
  public static void writeEach(Path file, List<LazyTensor> tensors, Map<String, String> metadata) {
    checkNames(tensors);
    List<LazyTensor> ordered =
        tensors.stream()
            .sorted(
                Comparator.comparing((LazyTensor tensor) -> tensor.info().type())
                    .reversed()
                    .thenComparing(tensor -> tensor.info().name()))
            .toList();
    byte[] header = header(ordered, metadata);
    AtomicFile.write(
        file,
        channel -> {
          ByteBuffer start =
              ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
          AtomicFile.writeFully(channel, start.putLong(header.length).put(header).flip());
          for (LazyTensor tensor : ordered) {
            write(channel, tensor);
          }
        });
  }

  private static void write(FileChannel channel, LazyTensor tensor) throws IOException {
    long before = channel.position();
    try (Stream<ByteBuffer> contents = tensor.contents().get()) {
      for (ByteBuffer piece : (Iterable<ByteBuffer>) contents::iterator) {
        AtomicFile.writeFully(channel, piece);
      }
    }
    if (channel.position() - before != tensor.info().bytes()) {
      throw new IllegalStateException(
          "'%s' gave %s bytes, not %s"
              .formatted(tensor.info().name(), channel.position() - before, tensor.info().bytes()));
    }
  }

  private static void checkNames(List<LazyTensor> tensors) {
    Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
    for (LazyTensor tensor : tensors) {
      if (!names.add(tensor.info().name())) {
        throw new IllegalArgumentException(
            "the name '" + tensor.info().name() + "' is taken already");
      }
    }
  }

  private static byte[] header(List<LazyTensor> tensors, Map<String, String> metadata) {
    JsonObject header = new JsonObject();
    if (!metadata.isEmpty()) {
      JsonObject sorted = new JsonObject();
      new TreeMap<>(metadata).forEach(sorted::addProperty);
      header.add(SafetensorsHeader.METADATA, sorted);
    }
    long offset = 0;
    for (LazyTensor tensor : tensors) {
      TensorInfo info = tensor.info();
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", info.type().name());
      entry.add("shape", array(Arrays.stream(info.shape().fixed()).boxed().toList()));
      entry.add("data_offsets", array(List.of(offset, offset + info.bytes())));
      header.add(info.name(), entry);
      offset += info.bytes();
    }
    byte[] json =
        new GsonBuilder()
            .disableHtmlEscaping()
            .create()
            .toJson(header)
            .getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static JsonArray array(List<Long> numbers) {
    JsonArray array = new JsonArray();
    numbers.forEach(array::add);
    return array;
  }
}
