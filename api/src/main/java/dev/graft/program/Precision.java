package dev.graft.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** The number format of a program's real numbers, and of the frozen weights it reads. */
public enum Precision {
  /** The range and fraction of a Java {@code double}: for checks, not for training. */
  FLOAT64(7, 8),
  /** The range and fraction of a Java {@code float}: what grafts are kept and trained in. */
  FLOAT32(6, 4),
  /** The range of 32 bits with 8 bits of fraction. */
  BFLOAT16(15, 2),
  /** 11 bits of fraction, and no number beyond 65504. */
  FLOAT16(5, 2);

  /** The number by which TorchScript names the format. */
  final int code;

  private final int bytes;

  Precision(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** {@return the width of one number, in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether a number has 16 bits} Only programs can read values of such a precision. */
  public boolean isHalf() {
    return bytes == 2;
  }

  /** Little-endian, of numbers that this precision has: none is rounded. */
  ByteBuffer written(float[] numbers) {
    ByteBuffer out = ByteBuffer.allocate(numbers.length * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      switch (this) {
        case FLOAT64 -> out.putDouble(number);
        case FLOAT32 -> out.putFloat(number);
        case BFLOAT16 -> out.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
        case FLOAT16 -> out.putShort(half(number));
      }
    }
    return out.flip();
  }

  private static short half(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(number);
    if (magnitude < 0x1p-14f) {
      return (short) (sign | (int) (magnitude * 0x1p24f));
    }
    if (!Float.isFinite(number)) {
      return (short) (sign | (Float.isNaN(number) ? 0x7e00 : 0x7c00));
    }
    return (short) (sign | ((bits & 0x7fffffff) - ((127 - 15) << 23)) >> 13);
  }

  /** The name as PyTorch spells it: {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
