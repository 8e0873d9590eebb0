package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A tensor whose contents are asked for when it is written, so that those of a large model are
 * never in memory together.
 *
 * @param info name, type and shape
 * @param contents little-endian and row-major, in order; each buffer from its position to its limit
 */
public record LazyTensor(TensorInfo info, Supplier<Stream<ByteBuffer>> contents) {
  /**
   * {@return a stored tensor under another name}
   *
   * @param source which has the tensor
   * @param stored its name there
   * @param name in the file to be written
   * @param type that of the stored one, whose bytes are then taken as they are, or another, to
   *     which its numbers are rounded
   * @throws dev.graft.GraftException if the source has no such tensor
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
   * {@return a tensor of numbers that are yet to be computed}
   *
   * @param name in the file to be written
   * @param type to which they are rounded: F64, F32, F16 or BF16
   * @param numbers row by row, as many as the shape says; asked for once, when the tensor is
   *     written
   * @param shape the sizes, outermost first; none for a scalar
   */
  public static LazyTensor of(String name, DType type, Supplier<float[]> numbers, long... shape) {
    return new LazyTensor(
        TensorInfo.of(name, type, shape), () -> Floats.written(name, numbers.get(), type));
  }

  /**
   * {@return a tensor of whole numbers of 64 bits that are yet to be computed}
   *
   * @param name in the file to be written
   * @param numbers row by row, as many as the shape says; asked for once, when the tensor is
   *     written
   * @param shape the sizes, outermost first; none for a scalar
   */
  public static LazyTensor whole(String name, Supplier<long[]> numbers, long... shape) {
    return new LazyTensor(
        TensorInfo.of(name, DType.I64, shape),
        () -> TensorData.of(name, numbers.get(), shape).pieces().stream());
  }

  /** A tensor that is there already. */
  static LazyTensor of(TensorData data) {
    return new LazyTensor(data.info(), () -> data.pieces().stream().map(ByteBuffer::duplicate));
  }
}
