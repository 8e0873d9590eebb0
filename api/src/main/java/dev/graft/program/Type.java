package dev.graft.program;

/** What the elements of a {@link Tensor} are. */
public enum Type {
  /** A real number in the precision that the program computes in: see {@link Precision}. */
  REAL,
  /** A real number of at least 32 bits whatever the program's precision: losses, statistics. */
  FLOAT32,
  /** A complex number whose parts are of type {@link #FLOAT32}: spectra. */
  COMPLEX,
  /** A whole number of 64 bits: token ids, labels, positions. */
  INT64,
  /** A whole number from -128 to 127: how stored weights are kept, not what is computed in. */
  INT8,
  /** A whole number from 0 to 255: how stored weights are kept, not what is computed in. */
  UINT8,
  /** True or false. */
  BOOL;

  /** The width of one element in a program of a precision, in bytes. */
  int bytes(Precision precision) {
    return switch (this) {
      case REAL -> precision.bytes();
      case FLOAT32 -> wide(precision).bytes();
      case COMPLEX -> 2 * wide(precision).bytes();
      case INT64 -> 8;
      case INT8, UINT8, BOOL -> 1;
    };
  }

  /** The number by which TorchScript names the elements in a program of a precision. */
  int code(Precision precision) {
    return switch (this) {
      case REAL -> precision.code;
      case FLOAT32 -> wide(precision).code;
      case COMPLEX -> wide(precision) == Precision.FLOAT64 ? 10 : 9;
      case INT64 -> 4;
      case INT8 -> 1;
      case UINT8 -> 0;
      case BOOL -> 11;
    };
  }

  /** That of FLOAT32. */
  private static Precision wide(Precision precision) {
    return precision == Precision.FLOAT64 ? precision : Precision.FLOAT32;
  }

  boolean isReal() {
    return this == REAL || this == FLOAT32;
  }

  /** Whether the elements are whole numbers or stand for some. */
  boolean isWhole() {
    return !isReal() && this != COMPLEX;
  }

  /** That of an operator over two. */
  static Type promote(Type a, Type b) {
    if (a == b && a != INT8 && a != UINT8) {
      return a;
    }
    if (a == COMPLEX || b == COMPLEX) {
      return COMPLEX;
    }
    if (a.isReal() && b.isReal()) {
      return FLOAT32;
    }
    if (a.isReal() || b.isReal()) {
      return a.isReal() ? a : b;
    }
    return INT64;
  }
}
