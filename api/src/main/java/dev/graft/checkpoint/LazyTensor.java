package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A tensor whose contents are asked for when it is written, so that those of a large model are
 * never in memory together.
 *
 * @param contents little-endian and row-major, in order; each buffer from its position to its limit
 */
public record LazyTensor(TensorInfo info, Supplier<Stream<ByteBuffer>> contents) {
  /**
   * A stored tensor under another name.
   *
   * @param type that of the stored one, whose bytes are then taken as they are, or another, to
   *     which its numbers are rounded
   */
  public static LazyTensor of(TensorSource source, String stored, String name, DType type) {
    TensorInfo from = source.info(stored);
    return new LazyTensor(
        new TensorInfo(name, type, from.shape()),
        () ->
            from.type() == type
                ? source.pieces(stored).stream()
                : source.pieces(stored).stream()
                    .flatMap(piece -> Floats.converted(from, piece, type, source.file())));
  }

  /**
   * A tensor of numbers that are yet to be computed.
   *
   * @param type to which they are rounded: F64, F32, F16 or BF16
   * @param numbers row by row
   */
  public static LazyTensor of(String name, DType type, Supplier<float[]> numbers, long... shape) {
    return new LazyTensor(
        TensorInfo.of(name, type, shape), () -> Floats.written(name, numbers.get(), type));
  }

  /** A tensor that is there already. */
  static LazyTensor of(TensorData data) {
    return new LazyTensor(data.info(), () -> data.pieces().stream().map(ByteBuffer::duplicate));
  }
}
