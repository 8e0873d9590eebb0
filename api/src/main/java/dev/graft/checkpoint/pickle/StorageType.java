package dev.graft.checkpoint.pickle;

/**
 * The type of a storage's elements, under the name that PyTorch's class of storages begins with.
 */
public enum StorageType {
  /** Real numbers of 64 bits. */
  DOUBLE("Double", 8),
  /** Real numbers of 32 bits. */
  FLOAT("Float", 4),
  /** Real numbers of 16 bits, 5 of them of exponent. */
  HALF("Half", 2),
  /** Real numbers of 16 bits, 8 of them of exponent. */
  BFLOAT16("BFloat16", 2),
  /** Whole numbers of 64 bits. */
  LONG("Long", 8),
  /** Whole numbers of 32 bits. */
  INT("Int", 4),
  /** Whole numbers of 16 bits. */
  SHORT("Short", 2),
  /** Whole numbers of 8 bits. */
  CHAR("Char", 1),
  /** Whole numbers of 8 bits without a sign. */
  BYTE("Byte", 1),
  /** Truth values, one byte each. */
  BOOL("Bool", 1);

  private final String pythonName;
  private final int width;

  StorageType(String name, int width) {
    this.pythonName = "torch." + name + "Storage";
    this.width = width;
  }

  /** The name of PyTorch's class, with its module. */
  String pythonName() {
    return pythonName;
  }

  /** {@return the size of an element, in bytes} */
  public int width() {
    return width;
  }
}
