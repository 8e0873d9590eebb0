package dev.graft.checkpoint;

import java.util.Arrays;
import java.util.List;

/**
 * What a stored tensor is, without its contents.
 *
 * @param name unique in its source
 * @param type of its elements
 * @param shape the sizes, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType type, List<Long> shape) {
  /**
   * What a tensor is that may not be there yet.
   *
   * @param name unique in its source
   * @param type of its elements
   * @param shape copied; no size is negative
   * @throws IllegalArgumentException if a size is negative, or the bytes are more than a long
   *     counts
   */
  public TensorInfo {
    shape = List.copyOf(shape);
    long bytes = type.width();
    for (long size : shape) {
      if (size < 0 || Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
        throw new IllegalArgumentException("not a shape: " + shape);
      }
      bytes *= size;
    }
  }

  /** As the constructor, with the sizes as they are usually written. */
  static TensorInfo of(String name, DType type, long... shape) {
    return new TensorInfo(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** {@return the shape as an array, which is the caller's} */
  public long[] dims() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** {@return the number of elements} */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** {@return the size of the contents, in bytes} */
  public long bytes() {
    return elements() * type.width();
  }
}
