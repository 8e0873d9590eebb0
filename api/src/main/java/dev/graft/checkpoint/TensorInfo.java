package dev.graft.checkpoint;

import dev.graft.program.Shape;

/**
 * What a stored tensor is, without its contents.
 *
 * @param name unique in its source
 * @param type of its elements
 * @param shape of numbers only
 */
public record TensorInfo(String name, DType type, Shape shape) {
  /**
   * What a tensor is that may not be there yet.
   *
   * @throws IllegalArgumentException if a size is negative, or the bytes are more than a long
   *     counts
   */
  public TensorInfo {
    long bytes = type.width();
    for (long size : shape.fixed()) {
      if (size < 0 || Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
        throw new IllegalArgumentException("not a shape: " + shape.dims());
      }
      bytes *= size;
    }
  }

  /**
   * {@return as the constructor, with the sizes as they are usually written}
   *
   * @param name unique in its file
   * @param type of the elements
   * @param sizes outermost first; none for a scalar
   */
  public static TensorInfo of(String name, DType type, long... sizes) {
    return new TensorInfo(name, type, Shape.of(sizes));
  }

  /** {@return the number of elements} */
  public long elements() {
    return shape.size().fixed();
  }

  /** {@return the size of the contents, in bytes} */
  public long bytes() {
    return elements() * type.width();
  }
}
