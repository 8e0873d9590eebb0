package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
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
   * {@return the contents of a tensor of F32, as {@link #bytes} gives them, of which all elements
   * are finite}
   *
   * @param name one of {@link #names()}
   * @throws dev.graft.GraftException if an element is not finite
   * @throws IllegalArgumentException if the tensor is too large for one buffer (2 GiB)
   */
  default ByteBuffer finiteBytes(String name) {
    ByteBuffer bytes = bytes(name);
    Floats.requireFinite(info(name), bytes.asFloatBuffer(), file());
    return bytes;
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
    Floats.requireFinite(info(name), FloatBuffer.wrap(numbers), file());
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
