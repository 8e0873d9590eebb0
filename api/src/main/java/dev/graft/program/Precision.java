package dev.graft.program;

import java.util.Locale;

/** The number format of a program's real numbers, and of the frozen weights it reads. */
public enum Precision {
  FLOAT64(7, 8),
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

  /** The width of one number, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether a number has 16 bits. Only programs can read values of such a precision. */
  public boolean isHalf() {
    return bytes == 2;
  }

  /** The name as PyTorch spells it: {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
