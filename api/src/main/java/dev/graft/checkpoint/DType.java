package dev.graft.checkpoint;

/**
 * The type of a stored tensor's elements, under its name in a safetensors header.
 *
 * <p>In the order of the safetensors library, which lays tensors out from the last of these to the
 * first, so that each lies aligned to its own width.
 */
public enum DType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  F64(8),
  I64(8),
  U64(8);

  private final int width;

  DType(int width) {
    this.width = width;
  }

  /** The size of one element, in bytes. */
  public int width() {
    return width;
  }
}
