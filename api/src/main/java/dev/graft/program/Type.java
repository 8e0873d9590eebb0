package dev.graft.program;

/** What the elements of a {@link Tensor} are. */
public enum Type {
  /** A real number in the precision that the program computes in: see {@link Precision}. */
  REAL,
  /** A real number of at least 32 bits whatever the program's precision: losses, statistics. */
  FLOAT32,
  /** A whole number of 64 bits: token ids, labels, positions. */
  INT64,
  /** True or false. */
  BOOL;

  /** The width of one element in a program of a precision, in bytes. */
  int bytes(Precision precision) {
    return switch (this) {
      case REAL -> precision.bytes();
      case FLOAT32 -> Math.max(Precision.FLOAT32.bytes(), precision.bytes());
      case INT64 -> 8;
      case BOOL -> 1;
    };
  }

  boolean isReal() {
    return this == REAL || this == FLOAT32;
  }

  static Type promote(Type a, Type b) {
    if (a == b) {
      return a;
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
