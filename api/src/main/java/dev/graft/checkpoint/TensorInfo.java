package dev.graft.checkpoint;

import java.util.Arrays;
import java.util.List;

/**
 * What a stored tensor is, without its contents.
 *
 * @param shape the sizes, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType type, List<Long> shape) {
  /**
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
  public static TensorInfo of(String name, DType type, long... shape) {
    return new TensorInfo(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** The shape as an array. */
  public long[] dims() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** The number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** The size of the contents. */
  public long bytes() {
    return elements() * type.width();
  }
}
