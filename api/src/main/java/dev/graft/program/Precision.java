package dev.graft.program;

/** The number format of a program's real numbers, and of the frozen weights it reads. */
public enum Precision {
  FLOAT64(7, 8),
  FLOAT32(6, 4),
  BFLOAT16(15, 2),
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
}
