package dev.graft.checkpoint;

/**
 * The type of a stored tensor's elements, under its name in a safetensors header.
 *
 * <p>In the order of the safetensors library, which lays tensors out from the last of these to the
 * first, so that each lies aligned to its own width.
 */
public enum DType {
  /** Truth values, one byte each. */
  BOOL(1),
  /** Whole numbers of 8 bits without a sign. */
  U8(1),
  /** Whole numbers of 8 bits. */
  I8(1),
  /** Real numbers of 8 bits, 5 of them of exponent. */
  F8_E5M2(1),
  /** Real numbers of 8 bits, 4 of them of exponent. */
  F8_E4M3(1),
  /** Whole numbers of 16 bits. */
  I16(2),
  /** Whole numbers of 16 bits without a sign. */
  U16(2),
  /** Real numbers of 16 bits, 5 of them of exponent (IEEE 754). */
  F16(2),
  /** Real numbers of 16 bits, 8 of them of exponent: the upper half of an F32. */
  BF16(2),
  /** Whole numbers of 32 bits. */
  I32(4),
  /** Whole numbers of 32 bits without a sign. */
  U32(4),
  /** Real numbers of 32 bits. */
  F32(4),
  /** Real numbers of 64 bits. */
  F64(8),
  /** Whole numbers of 64 bits. */
  I64(8),
  /** Whole numbers of 64 bits without a sign. */
  U64(8);

  private final int width;

  DType(int width) {
    this.width = width;
  }

  /** The size of one element, in bytes. */
  int width() {
    return width;
  }
}
