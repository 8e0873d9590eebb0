package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor with its contents, to be written.
 *
 * @param info name, type and shape
 * @param pieces the contents, little-endian and row-major, in order; each from its position to its
 *     limit
 */
public record TensorData(TensorInfo info, List<ByteBuffer> pieces) {
  /**
   * A tensor with contents that are there already.
   *
   * @throws IllegalArgumentException if the contents are not as many bytes as type and shape demand
   */
  public TensorData {
    pieces = List.copyOf(pieces);
    long bytes = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
    if (bytes != info.bytes()) {
      throw new IllegalArgumentException(
          "'%s' of %s %s has %s bytes, not %s"
              .formatted(info.name(), info.type(), info.shape().dims(), info.bytes(), bytes));
    }
  }

  /**
   * {@return a tensor of 32-bit floats}
   *
   * @param name unique in its file
   * @param values row by row; copied
   * @param shape the sizes, outermost first; none for a scalar
   * @throws IllegalArgumentException if the values do not fill the shape
   */
  public static TensorData of(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorData(TensorInfo.of(name, DType.F32, shape), List.of(bytes));
  }

  /**
   * {@return a tensor of whole numbers of 64 bits}
   *
   * @param name unique in its file
   * @param values row by row; copied
   * @param shape the sizes, outermost first; none for a scalar
   * @throws IllegalArgumentException if the values do not fill the shape
   */
  public static TensorData of(String name, long[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return new TensorData(TensorInfo.of(name, DType.I64, shape), List.of(bytes));
  }

  /**
   * {@return a tensor of another source, under its own name; nothing is copied}
   *
   * @param source which has the tensor
   * @param name in the source
   * @throws dev.graft.GraftException if the source has no such tensor
   */
  public static TensorData of(TensorSource source, String name) {
    return new TensorData(source.info(name), source.pieces(name));
  }
}
