package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void tensorsLieInOrderOfTypeAndNameAfterAPaddedHeader() throws IOException {
    Path file = folder.resolve("x.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            tensor("bytes", DType.U8, 3),
            tensor("b<ä>", DType.F32, 2),
            tensor("half", DType.F16, 1),
            tensor("a", DType.F32, 1),
            tensor("ids", DType.I64, 1)),
        Map.of("z", "1", "format", "p\"t"));

    String header =
        """
        {"__metadata__":{"format":"p\\"t","z":"1"},\
        "ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},\
        "a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},\
        "b<ä>":{"dtype":"F32","shape":[2],"data_offsets":[12,20]},\
        "half":{"dtype":"F16","shape":[1],"data_offsets":[20,22]},\
        "bytes":{"dtype":"U8","shape":[3],"data_offsets":[22,25]}}""";
    byte[] written = Files.readAllBytes(file);
    int length = (int) Long.reverseBytes(ByteBuffer.wrap(written).getLong());
    String found = new String(written, 8, length, StandardCharsets.UTF_8);
    assertThat(found).startsWith(header);
    assertThat(found.substring(header.length())).isBlank().hasSizeLessThan(8);
    assertThat(length % 8).isZero();
    assertThat(written).hasSize(8 + length + 25);
  }

  @Test
  void theSameTensorsGiveTheSameBytesInWhateverOrderTheyCome() throws IOException {
    TensorData a = TensorData.of("a", new float[] {1, 2}, 2);
    TensorData b = TensorData.of("b", new float[] {3}, 1);
    SafetensorsWriter.write(folder.resolve("1"), List.of(a, b), Map.of("k", "v", "l", "w"));
    SafetensorsWriter.write(folder.resolve("2"), List.of(b, a), Map.of("l", "w", "k", "v"));

    assertThat(folder.resolve("2")).hasSameBinaryContentAs(folder.resolve("1"));
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    TensorData a = TensorData.of("a", new float[] {1}, 1);
    assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("x"), List.of(a, a), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the name 'a' is taken already");
    TensorData metadata = TensorData.of("__metadata__", new float[] {1}, 1);
    assertThatThrownBy(
            () -> SafetensorsWriter.write(folder.resolve("x"), List.of(metadata), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void contentsThatDoNotFitTheShapeAreRefused() {
    assertThatThrownBy(() -> TensorData.of("a", new float[] {1, 2, 3}, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'a' of F32 [2, 2] has 16 bytes, not 12");
  }

  private static TensorData tensor(String name, DType type, int size) {
    return new TensorData(
        TensorInfo.of(name, type, size), List.of(ByteBuffer.allocate(size * type.width())));
  }
}
