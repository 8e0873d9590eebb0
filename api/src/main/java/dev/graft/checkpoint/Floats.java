package dev.graft.checkpoint;

import dev.graft.api.GraftException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Conversion of stored real numbers to 32-bit floats. */
final class Floats {
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
                """
                Tensor '%s' of %s does not hold real numbers.
                Expected: F64, F32, F16 or BF16.
                Found: %s."""
                    .formatted(info.name(), file, info.type()));
      }
      start += count;
    }
    return values;
  }

  private static int length(TensorInfo info) {
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
