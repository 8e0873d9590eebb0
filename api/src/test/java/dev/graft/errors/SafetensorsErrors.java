package dev.graft.errors;

import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.ShardedWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Files of tensors: missing, damaged, of another kind, or without what is asked of them. */
final class SafetensorsErrors {
  private static final String TWO_TENSORS =
      """
      {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},\
      "b":{"dtype":"U8","shape":[4],"data_offsets":[%s,%s]}}""";

  private final ErrorTexts errors;
  private final Path file;

  private SafetensorsErrors(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.file = folder.resolve("x.safetensors");
  }

  static void addTo(ErrorTexts errors, Path folder) {
    SafetensorsErrors all = new SafetensorsErrors(errors, folder);
    all.addFiles();
    all.addHeaders();
    all.addTensors();
    all.addLayouts();
    all.addContents(folder);
  }

  private void addFiles() {
    errors.add("A safetensors file that is not there", () -> Safetensors.open(file));
    errors.add("A folder for a safetensors file", () -> Safetensors.open(file.getParent()));
    bytes("A safetensors file of three bytes", littleEndian(3).array());
    bytes("A safetensors file that ends in its header", littleEndian(10).putLong(100).array());
    header(
        "A safetensors file that ends in its contents",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        15);
    header(
        "A safetensors file with bytes after its last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        17);
    bytes("A zip file for a safetensors file", ascii("PK and so on, a zip file"));
    bytes(
        "A pointer of Git LFS for a safetensors file",
        ascii("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"));
  }

  private void addHeaders() {
    header("A header that is a list", "[1, 2]", 0);
    header("A header that breaks off", "{\"a", 0);
    header("A header with more behind it", "{} {}", 0);
    header("A header with a comma too many", "{\"a\":{\"dtype\":7,}}", 0);
    header("A header in single quotes", "{'a':1}", 0);
    bytes("A header that is no text", littleEndian(12).putLong(4).putInt(0xfefefefe).array());
    header(
        "A header that names a tensor twice",
        """
        {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},\
        "a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}""",
        8);
    header("Metadata that is a list", "{\"__metadata__\":[]}", 0);
    header("Metadata with a number", "{\"__metadata__\":{\"step\":7}}", 0);
  }

  private void addTensors() {
    header("A tensor without a description", "{\"a\":null}", 8);
    header("A tensor with half a description", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8);
    header(
        "A tensor without an end",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
        8);
    header(
        "A tensor with a size of null",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,8]}}",
        8);
    shape("A tensor of negative size", "[-1]");
    shape("A tensor with more elements than can be counted", "[3037000500, 3037000500]");
    shape(
        "A tensor with a number of elements that wraps around to zero", "[4611686018427387904, 4]");
    header(
        "A tensor of an unknown type",
        "{\"a\":{\"dtype\":\"F12\",\"shape\":[2],\"data_offsets\":[0,3]}}",
        3);
  }

  private void shape(String title, String shape) {
    header(title, "{\"a\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}", 8);
  }

  private void addLayouts() {
    offsets("A tensor of fewer bytes than its shape demands", "[0, 7]");
    offsets("A tensor that ends before it begins", "[8, 0]");
    offsets("A tensor before the contents", "[-8, 0]");
    header("A tensor that overlaps another", TWO_TENSORS.formatted(3, 7), 7);
    header("A gap between two tensors", TWO_TENSORS.formatted(5, 9), 9);
  }

  private void offsets(String title, String offsets) {
    header(
        title, "{\"a\":{\"dtype\":\"F16\",\"shape\":[2, 2],\"data_offsets\":" + offsets + "}}", 8);
  }

  private void addContents(Path folder) {
    errors.add(
        "A tensor that a file lacks",
        () -> {
          write("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4);
          Safetensors.open(file).info("b");
        });
    errors.add(
        "Whole numbers where real ones are needed",
        () -> {
          write("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);
          Safetensors.open(file).floats("a");
        });
    errors.add(
        "Real numbers where whole ones are needed",
        () -> {
          write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);
          Safetensors.open(file).longs("a");
        });
    errors.add(
        "A tensor that is not all numbers",
        () -> {
          float[] numbers = {1, 2, 3, 4, 5, Float.NaN};
          SafetensorsWriter.write(file, List.of(TensorData.of("a", numbers, 2, 3)), Map.of());
          Safetensors.open(file).finite("a");
        });
    LazyTensor endless =
        LazyTensor.of("x", DType.F32, () -> new float[] {1, Float.NEGATIVE_INFINITY}, 2);
    errors.add(
        "Something that is not a number, to be written",
        () -> ShardedWriter.write(folder, List.of(endless)));
    LazyTensor large = LazyTensor.of("x", DType.F16, () -> new float[] {1, -65520}, 2);
    errors.add(
        "Numbers that 16 bits cannot hold, to be written",
        () -> ShardedWriter.write(folder, List.of(large)));
  }

  private void header(String title, String header, int contents) {
    errors.add(
        title,
        () -> {
          write(header, contents);
          Safetensors.open(file);
        });
  }

  private void bytes(String title, byte[] bytes) {
    errors.add(
        title,
        () -> {
          Files.write(file, bytes);
          Safetensors.open(file);
        });
  }

  private void write(String header, int contents) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(
        file, littleEndian(8 + json.length + contents).putLong(json.length).put(json).array());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
