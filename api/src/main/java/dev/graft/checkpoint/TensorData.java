package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor with its contents, to be written.
 *
 * @param pieces the contents, little-endian and row-major, in order; each from its position to its
 *     limit
 */
public record TensorData(TensorInfo info, List<ByteBuffer> pieces) {
  /**
   * @throws IllegalArgumentException if the contents are not as many bytes as type and shape demand
   */
  public TensorData {
    pieces = List.copyOf(pieces);
    long bytes = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
    if (bytes != info.bytes()) {
      throw new IllegalArgumentException(
          "'%s' of %s %s has %d bytes, not %d"
              .formatted(info.name(), info.type(), info.shape(), info.bytes(), bytes));
    }
  }

  /** A tensor of 32-bit floats; the values are copied. */
  public static TensorData of(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorData(TensorInfo.of(name, DType.F32, shape), List.of(bytes));
  }

  /** A tensor of another source, under its own name; nothing is copied. */
  public static TensorData of(TensorSource source, String name) {
    return new TensorData(source.info(name), source.pieces(name));
  }
}
