package dev.graft.checkpoint;

import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tensors that can be read by name. The contents stay in the memory-mapped file until a caller
 * copies them; a source holds no resource that needs closing. Sources are immutable and may be
 * shared between threads.
 *
 * <p>{@code info}, {@code pieces}, {@code bytes}, {@code floats} and {@code longs} throw a {@link
 * dev.graft.GraftException} for a name that is not there.
 */
public interface TensorSource {
  /**
   * {@return the tensors of a file, mapped}
   *
   * @param file of safetensors, if its name ends so, and otherwise of PyTorch's {@code torch.save}
   * @throws dev.graft.GraftException if the file is missing, damaged or of another kind, or a
   *     pickle holds anything but tensors
   */
  static TensorSource open(Path file) {
    return file.toString().endsWith(".safetensors")
        ? Safetensors.open(file)
        : PickledTensors.open(file);
  }

  /** {@return the file that lists the tensors, for messages} */
  Path file();

  /** {@return the free text that goes with the tensors, sorted by key; empty if there is none} */
  default Map<String, String> metadata() {
    return Map.of();
  }

  /** {@return the names, sorted} */
  Set<String> names();

  /**
   * {@return what the header says of a tensor}
   *
   * @param name one of {@link #names()}
   */
  TensorInfo info(String name);

  /**
   * {@return the contents, little-endian and row-major, read-only: one buffer, or for a tensor of
   * more than 2 GiB several in order} No buffer ends inside an element. They are views of the file,
   * or a copy where the file has the elements in another order.
   *
   * @param name one of {@link #names()}
   */
  List<ByteBuffer> pieces(String name);

  /**
   * {@return the contents in one buffer, as {@link #pieces} gives them}
   *
   * @param name one of {@link #names()}
   * @throws IllegalArgumentException if the tensor is too large for one buffer (2 GiB)
   */
  default ByteBuffer bytes(String name) {
    List<ByteBuffer> pieces = pieces(name);
    if (pieces.size() > 1) {
      throw new IllegalArgumentException(
          "'" + name + "' is too large for one buffer: read its pieces");
    }
    return pieces.get(0).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * {@return a copy of the contents on a device, of which all elements are finite; the caller
   * closes it}
   *
   * @param name one of {@link #names()}
   * @param as what the value is called in messages
   * @param isTransposed whether it shall be the matrix transposed
   * @param precision of the value
   * @throws dev.graft.GraftException if the elements are not F64, F32, F16 or BF16, one is not
   *     finite, or one is too large for the precision
   */
  default Value onto(
      Device device, String name, String as, boolean isTransposed, Precision precision) {
    return device
        .converted(Floats.onto(device, as, this, info(name)), precision, isTransposed)
        .orElseThrow(
            () -> {
              finite(name); // tells which number it is
              return new IllegalStateException(name + " is not finite on the device alone");
            });
  }

  /**
   * {@return a copy of the contents as 32-bit floats, row-major}
   *
   * @param name one of {@link #names()}
   * @throws dev.graft.GraftException if the elements are not F64, F32, F16 or BF16
   * @throws IllegalArgumentException if the tensor has more elements than an array can have
   */
  default float[] floats(String name) {
    return Floats.copy(info(name), pieces(name), file());
  }

  /**
   * {@return a copy of the contents as 32-bit floats, row-major, which are all finite}
   *
   * @param name one of {@link #names()}
   * @throws dev.graft.GraftException as {@link #floats}, or if an element is not finite
   * @throws IllegalArgumentException if the tensor has more elements than an array can have
   */
  default float[] finite(String name) {
    float[] numbers = floats(name);
    Floats.requireFinite(info(name), numbers, file());
    return numbers;
  }

  /**
   * {@return a copy of the contents as whole numbers, row-major}
   *
   * @param name one of {@link #names()}
   * @throws dev.graft.GraftException if the elements are not I64 or I32
   * @throws IllegalArgumentException if the tensor has more elements than an array can have
   */
  default long[] longs(String name) {
    return Longs.copy(info(name), pieces(name), file());
  }
}
