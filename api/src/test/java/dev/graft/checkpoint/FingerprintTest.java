package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FingerprintTest {
  private static final TensorData A = TensorData.of("a", new float[] {1, 2}, 2);
  private static final TensorData B = TensorData.of("b", new float[] {3}, 1);

  @TempDir Path folder;

  @Test
  void shardsAndMetadataDoNotChangeIt() throws IOException {
    Path single = folder.resolve("single.safetensors");
    SafetensorsWriter.write(single, List.of(A, B), Map.of("format", "pt"));
    SafetensorsWriter.write(folder.resolve("1.safetensors"), List.of(A), Map.of());
    SafetensorsWriter.write(folder.resolve("2.safetensors"), List.of(B), Map.of());
    Path index =
        Files.writeString(
            folder.resolve("index.json"),
            "{\"weight_map\": {\"b\": \"2.safetensors\", \"a\": \"1.safetensors\"}}");

    assertThat(Fingerprint.of(ShardedTensors.open(index)))
        .isEqualTo(Fingerprint.of(Safetensors.open(single)))
        .isEqualTo("94aa244ea6d7bdbf58e251a238bbf60c4833ffadff1cfe11f5ab667fcb99e4f9");
    assertThat(Fingerprint.checksum(ShardedTensors.open(index)))
        .isEqualTo(Fingerprint.checksum(Safetensors.open(single)))
        .isEqualTo("6fc85b72020672d9");
  }

  @Test
  void aChecksumIsOfEveryByteOfALargeTensor() {
    float[] numbers = new float[200_000];
    Set<String> checksums = new HashSet<>();
    for (int i = 0; i < numbers.length; i += 19_999) {
      numbers[i] = 1;
      assertThat(checksums.add(checksum(TensorData.of("a", numbers, numbers.length)))).isTrue();
    }
  }

  @Test
  void mappingsDoNotChangeIt() {
    Path file = folder.resolve("x.safetensors");
    SafetensorsWriter.write(file, List.of(TensorData.of("a", new float[7], 7)), Map.of());

    assertThat(Fingerprint.of(Safetensors.open(file, 8)))
        .isEqualTo(Fingerprint.of(Safetensors.open(file)));
  }

  @Test
  void namesTypesShapesAndContentsChangeIt() {
    ByteBuffer bytes = ByteBuffer.allocate(8);
    List<List<TensorData>> all =
        List.of(
            List.of(A),
            List.of(A, B),
            List.of(TensorData.of("c", new float[] {1, 2}, 2)),
            List.of(TensorData.of("a", new float[] {1, 3}, 2)),
            List.of(TensorData.of("a", new float[] {1, 2}, 1, 2)),
            List.of(new TensorData(TensorInfo.of("a", DType.I64, 1), List.of(bytes))),
            List.of(new TensorData(TensorInfo.of("a", DType.F64, 1), List.of(bytes))));

    assertThat(all).extracting(each -> Fingerprint.of(saved(each))).doesNotHaveDuplicates();
    assertThat(all).extracting(each -> Fingerprint.checksum(saved(each))).doesNotHaveDuplicates();
  }

  private String checksum(TensorData tensor) {
    return Fingerprint.checksum(saved(List.of(tensor)));
  }

  private TensorSource saved(List<TensorData> tensors) {
    Path file = folder.resolve("y.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return Safetensors.open(file);
  }
}
