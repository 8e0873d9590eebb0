package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number of each type, from one file and from shards. */
final class FloatsTest {
  private static final int ALL = 1 << 16;

  @TempDir Path folder;

  /** Reads tensors that lie in files of their own, or all in one. */
  private TensorSource read(boolean sharded, TensorData... tensors) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    if (sharded) {
      for (TensorData tensor : tensors) {
        String name = tensor.info().name() + ".safetensors";
        SafetensorsWriter.write(folder.resolve(name), List.of(tensor), Map.of());
      }
      Files.writeString(
          folder.resolve("model.safetensors.index.json"),
          List.of(tensors).stream()
              .map(tensor -> tensor.info().name())
              .map(name -> "\"%1$s\": \"%1$s.safetensors\"".formatted(name))
              .collect(Collectors.joining(", ", "{\"weight_map\": {", "}}")));
    } else {
      SafetensorsWriter.write(
          folder.resolve("model.safetensors"), List.of(tensors), Map.of("format", "pt"));
    }
    return ModelDirectory.open(folder).tensors();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorData shorts(String name, DType type) {
    ByteBuffer bytes = littleEndian(2 * ALL);
    IntStream.range(0, ALL).forEach(bits -> bytes.putShort((short) bits));
    return new TensorData(TensorInfo.of(name, type, 256, 256), List.of(bytes.flip()));
  }

  /** The value by IEEE 754's own formula, in double precision. */
  private static double value(int bits, int exponentBits, int fractionBits) {
    int bias = (1 << (exponentBits - 1)) - 1;
    int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
    double fraction = (bits & ((1 << fractionBits) - 1)) * Math.pow(2, -fractionBits);
    double sign = bits >> (exponentBits + fractionBits) == 0 ? 1 : -1;
    if (exponent == (1 << exponentBits) - 1) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyHalfAndEveryBfloat16IsReadExactly(boolean sharded) throws IOException {
    TensorSource source = read(sharded, shorts("half", DType.F16), shorts("brain", DType.BF16));

    float[] halves = source.floats("half");
    float[] brains = source.floats("brain");

    for (int bits = 0; bits < ALL; bits++) {
      // Compared by their bits, which tell zeros apart but not one NaN from another.
      assertThat(Float.floatToIntBits(halves[bits]))
          .as("half %04x", bits)
          .isEqualTo(Float.floatToIntBits((float) value(bits, 5, 10)));
      assertThat(Float.floatToIntBits(brains[bits]))
          .as("bfloat16 %04x", bits)
          .isEqualTo(Float.floatToIntBits((float) value(bits, 8, 7)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void floatsKeepTheirBits(boolean sharded) throws IOException {
    int[] bits = {
      0, 0x80000000, 1, 0x807fffff, 0x00800000, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000
    };
    ByteBuffer bytes = littleEndian(4 * bits.length);
    IntStream.of(bits).forEach(bytes::putInt);
    TensorInfo info = TensorInfo.of("a", DType.F32, bits.length);

    float[] read = read(sharded, new TensorData(info, List.of(bytes.flip()))).floats("a");

    assertThat(IntStream.range(0, bits.length).map(i -> Float.floatToRawIntBits(read[i])))
        .containsExactly(IntStream.of(bits).boxed().toArray(Integer[]::new));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void doublesAreRoundedToTheNearestFloat(boolean sharded) throws IOException {
    double[] doubles = {
      0.1,
      -0.0,
      1 + 0x1p-24, // halfway: to the even one
      1 + 3 * 0x1p-24,
      0x1p-149, // the least float
      0x1p-151,
      1e300,
      -1e300,
      Double.NaN,
      Double.NEGATIVE_INFINITY
    };
    ByteBuffer bytes = littleEndian(8 * doubles.length);
    bytes.asDoubleBuffer().put(doubles);
    TensorInfo info = TensorInfo.of("a", DType.F64, doubles.length);

    assertThat(read(sharded, new TensorData(info, List.of(bytes))).floats("a"))
        .containsExactly(
            0.1f,
            -0f,
            1f,
            1 + 0x1p-22f,
            Float.MIN_VALUE,
            0f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            Float.NEGATIVE_INFINITY);
  }

  @Test
  void shardsStayInTheirFiles() throws IOException {
    TensorSource source = read(true, shorts("half", DType.F16), shorts("brain", DType.BF16));

    for (String name : source.names()) {
      assertThat(source.pieces(name))
          .isNotEmpty()
          .allSatisfy(piece -> assertThat(piece.isDirect() && piece.isReadOnly()).isTrue());
    }
  }
}
