package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Conversion of stored real numbers to 32-bit floats, and back. */
final class Floats {
  /** How many numbers are converted at a time. */
  private static final int CHUNK = 1 << 22;

  /** From here on numbers are rounded to infinity in 16 bits. */
  private static final float HALF_OVERFLOW = 65520;

  private Floats() {}

  static float[] copy(TensorInfo info, List<ByteBuffer> pieces, Path file) {
    float[] values = new float[length(info)];
    int start = 0;
    for (ByteBuffer piece : pieces) {
      int count = piece.remaining() / info.type().width();
      switch (info.type()) {
        case F32 -> piece.asFloatBuffer().get(values, start, count);
        case F64 -> {
          for (int i = 0; i < count; i++) {
            values[start + i] = (float) piece.getDouble(piece.position() + 8 * i);
          }
        }
        case F16 -> {
          for (int i = 0; i < count; i++) {
            values[start + i] = half(piece.getShort(piece.position() + 2 * i));
          }
        }
        case BF16 -> {
          for (int i = 0; i < count; i++) {
            int high = piece.getShort(piece.position() + 2 * i);
            values[start + i] = Float.intBitsToFloat(high << 16);
          }
        }
        default ->
            throw GraftException.input(
                    "Tensor '%s' of %s does not hold real numbers.", info.name(), file)
                .expected("F64, F32, F16 or BF16")
                .found(info.type())
                .remedy("save it as one of these types");
      }
      start += count;
    }
    return values;
  }

  /** A copy on a device: straight from the file, save for what the engine can't take so. */
  static Value onto(Device device, String as, TensorSource source, TensorInfo info) {
    long[] shape = info.shape().fixed();
    Optional<Precision> taken =
        switch (info.type()) {
          case F64 -> Optional.of(Precision.FLOAT64);
          case F32 -> Optional.of(Precision.FLOAT32);
          case F16 -> Optional.of(Precision.FLOAT16);
          default -> Optional.empty();
        };
    List<ByteBuffer> pieces = source.pieces(info.name());
    return taken.isPresent() && pieces.size() == 1
        ? device.create(as, taken.get(), pieces.get(0), shape)
        : device.create(as, copy(info, pieces, source.file()), shape);
  }

  /** Refuses a tensor that holds "not a number" or an infinity: nothing right follows from it. */
  static void requireFinite(TensorInfo info, float[] numbers, Path file) {
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        throw GraftException.input("Tensor '%s' holds something that is not a number.", info.name())
            .in(file)
            .expected("finite numbers of 32 bits")
            .found("%s at %s", numbers[i], index(info.shape().fixed(), i))
            .remedy(
                "take the file from its source again, or one that was saved before training diverged");
      }
    }
  }

  /** Where an element is, such as [3, 5]. */
  private static String index(long[] shape, long element) {
    long[] index = new long[shape.length];
    for (int i = shape.length - 1; i >= 0; i--) {
      index[i] = element % shape[i];
      element /= shape[i];
    }
    return Arrays.toString(index);
  }

  /** A piece of a stored tensor's contents in another type, a chunk at a time. */
  static Stream<ByteBuffer> converted(TensorInfo info, ByteBuffer piece, DType type, Path file) {
    int width = info.type().width();
    int bytes = piece.remaining();
    return IntStream.iterate(0, from -> from < bytes, from -> from + CHUNK * width)
        .mapToObj(
            from -> {
              int chunk = Math.min(CHUNK * width, bytes - from);
              ByteBuffer part =
                  piece.slice(piece.position() + from, chunk).order(ByteOrder.LITTLE_ENDIAN);
              TensorInfo some = TensorInfo.of(info.name(), info.type(), chunk / width);
              float[] numbers = copy(some, List.of(part), file);
              return bytes(info.name(), numbers, 0, numbers.length, type);
            });
  }

  /** The contents of a tensor of these numbers, which are finite, a chunk at a time. */
  static Stream<ByteBuffer> written(String name, float[] numbers, DType type) {
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        throw GraftException.input("The numbers of '%s' are not all finite.", name)
            .expected("finite numbers")
            .found("%s as number %s of %s", numbers[i], i + 1, numbers.length)
            .remedy("train with a lower learning rate, or compute in float32");
      }
    }
    return IntStream.iterate(0, from -> from < numbers.length, from -> from + CHUNK)
        .mapToObj(from -> bytes(name, numbers, from, Math.min(from + CHUNK, numbers.length), type));
  }

  /** Rounds to nearest, ties to even. */
  private static ByteBuffer bytes(String name, float[] numbers, int from, int to, DType type) {
    ByteBuffer bytes =
        ByteBuffer.allocate((to - from) * type.width()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < to; i++) {
      float number = numbers[i];
      switch (type) {
        case F64 -> bytes.putDouble(number);
        case F32 -> bytes.putFloat(number);
        case BF16 -> bytes.putShort(bfloat16(number));
        case F16 -> {
          if (Math.abs(number) >= HALF_OVERFLOW && !Float.isInfinite(number)) {
            throw GraftException.input("The numbers of '%s' do not fit the type F16.", name)
                .expected("from -65504 to 65504")
                .found(number)
                .remedy("write it as bfloat16 or float32");
          }
          bytes.putShort(half(number));
        }
        default -> throw new IllegalArgumentException("real numbers are not written as " + type);
      }
    }
    return bytes.flip();
  }

  private static short bfloat16(float number) {
    int bits = Float.floatToRawIntBits(number);
    return Float.isNaN(number)
        ? (short) (bits >> 16 | 0x40)
        : (short) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }

  private static short half(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(number);
    if (Float.isNaN(number)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude < 0x1p-14f) {
      // Subnormal: a multiple of 2^-24, which rint rounds as it should.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    if (magnitude >= HALF_OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    int rounded = (bits & 0x7fffffff) + 0xfff + (bits >> 13 & 1);
    return (short) (sign | (rounded - ((127 - 15) << 23)) >> 13);
  }

  static int length(TensorInfo info) {
    if (info.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "'" + info.name() + "' has too many elements for one array: read its pieces");
    }
    return (int) info.elements();
  }

  /** The value of an IEEE 754 half: one sign bit, five of exponent, ten of fraction. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
    return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
  }
}
