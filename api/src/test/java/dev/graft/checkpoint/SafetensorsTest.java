package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("x.safetensors");
  }

  @Test
  void tensorsAreReadAsTheyWereWritten() {
    SafetensorsWriter.write(
        file,
        List.of(
            TensorData.of("b", new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
            TensorData.of("a", new float[] {-0.5f}),
            TensorData.of("none", new float[0], 0, 7)),
        Map.of("format", "pt"));

    Safetensors read = Safetensors.open(file);

    assertThat(read.names()).containsExactly("a", "b", "none");
    assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThat(read.info("b")).isEqualTo(TensorInfo.of("b", DType.F32, 2, 3));
    assertThat(read.floats("b")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.info("a").shape().rank()).isZero();
    assertThat(read.floats("a")).containsExactly(-0.5f);
    assertThat(read.floats("none")).isEmpty();
  }

  @Test
  void contentsAreReadOnlyViewsThatCallersDoNotShare() {
    SafetensorsWriter.write(file, List.of(TensorData.of("a", new float[] {1, 2}, 2)), Map.of());
    Safetensors read = Safetensors.open(file);

    ByteBuffer bytes = read.bytes("a");
    assertThat(bytes.isReadOnly()).isTrue();
    assertThat(bytes.isDirect()).isTrue();
    assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getFloat()).isEqualTo(1);
    assertThat(read.bytes("a").getFloat()).isEqualTo(1);
  }

  @Test
  void allRealTypesBecomeFloats() {
    ByteBuffer doubles = littleEndian(16).putDouble(0.1).putDouble(-1e300).flip();
    ByteBuffer brains = littleEndian(6);
    brains.putShort((short) 0x3f80).putShort((short) 0xc049).putShort((short) 0x7f80).flip();
    ByteBuffer halves = littleEndian(18);
    for (int bits :
        new int[] {0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000, 0xfc00, 0x7e00}) {
      halves.putShort((short) bits);
    }
    SafetensorsWriter.write(
        file,
        List.of(
            new TensorData(TensorInfo.of("double", DType.F64, 2), List.of(doubles)),
            new TensorData(TensorInfo.of("brain", DType.BF16, 3), List.of(brains)),
            new TensorData(TensorInfo.of("half", DType.F16, 9), List.of(halves.flip()))),
        Map.of());
    Safetensors read = Safetensors.open(file);

    assertThat(read.floats("double")).containsExactly(0.1f, Float.NEGATIVE_INFINITY);
    assertThat(read.floats("brain")).containsExactly(1, -3.140625f, Float.POSITIVE_INFINITY);
    assertThat(read.floats("half"))
        .containsExactly(
            1f,
            -2f,
            65504f,
            0x1p-24f,
            0x1p-14f,
            1365 * 0x1p-12f,
            -0f,
            Float.NEGATIVE_INFINITY,
            Float.NaN);
  }

  @Test
  void aTensorLargerThanAMappingComesInPieces() {
    SafetensorsWriter.write(
        file,
        List.of(
            TensorData.of("first", new float[] {1}, 1),
            TensorData.of("large", new float[] {2, 3, 4, 5, 6}, 5),
            TensorData.of("second", new float[] {7}, 1),
            TensorData.of("third", new float[] {8}, 1)),
        Map.of());

    Safetensors read = Safetensors.open(file, 8);

    assertThat(read.pieces("large")).extracting(ByteBuffer::remaining).containsExactly(8, 8, 4);
    assertThat(read.floats("large")).containsExactly(2, 3, 4, 5, 6);
    assertThat(read.floats("first")).containsExactly(1);
    assertThat(read.floats("second")).containsExactly(7);
    assertThat(read.floats("third")).containsExactly(8);
    assertThatThrownBy(() -> read.bytes("large"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'large' is too large for one buffer: read its pieces");
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
