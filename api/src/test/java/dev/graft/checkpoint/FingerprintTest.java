package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    assertThat(
            List.of(
                fingerprint(A),
                fingerprint(A, B),
                fingerprint(TensorData.of("c", new float[] {1, 2}, 2)),
                fingerprint(TensorData.of("a", new float[] {1, 3}, 2)),
                fingerprint(TensorData.of("a", new float[] {1, 2}, 1, 2)),
                fingerprint(new TensorData(TensorInfo.of("a", DType.I64, 1), List.of(bytes))),
                fingerprint(new TensorData(TensorInfo.of("a", DType.F64, 1), List.of(bytes)))))
        .doesNotHaveDuplicates();
  }

  private String fingerprint(TensorData... tensors) {
    Path file = folder.resolve("y.safetensors");
    SafetensorsWriter.write(file, List.of(tensors), Map.of());
    return Fingerprint.of(Safetensors.open(file));
  }
}
