package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.checkpoint.pickle.PickledTensor;
import dev.graft.checkpoint.pickle.StorageType;
import dev.graft.checkpoint.pickle.TorchFile;
import dev.graft.files.FileParts;
import dev.graft.files.FileParts.Part;
import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors of a {@code state_dict} that PyTorch's {@code torch.save} wrote, memory-mapped. The
 * file's pickle is read by a reader that can build tensors and nothing else: no code of a file ever
 * runs, and a file that holds anything but tensors is refused.
 *
 * <p>Contiguous tensors are views of the file; the elements of others are copied into order each
 * time that they are asked for.
 */
public final class PickledTensors implements TensorSource {
  private record Stored(TensorInfo info, PickledTensor layout, List<ByteBuffer> span) {}

  private final Path file;
  private final int largest;
  private final SortedMap<String, Stored> tensors;

  private PickledTensors(Path file, int largest, SortedMap<String, Stored> tensors) {
    this.file = file;
    this.largest = largest;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * {@return the tensors of a file, mapped} The file must not be shortened while the source or a
   * buffer of it is in use; replacing it by a new file of that name is harmless.
   *
   * @param file of any size, in either of PyTorch's formats
   * @throws GraftException if the file is missing or damaged, or holds anything but tensors by
   *     their names
   */
  public static PickledTensors open(Path file) {
    return open(file, FileParts.LARGEST_MAPPING);
  }

  /** As {@link #open(Path)}, with buffers of at most the given number of bytes. */
  static PickledTensors open(Path file, int largest) {
    if (!Files.isRegularFile(file)) {
      throw GraftException.input("There is no file %s.", file)
          .expected("a file that torch.save has written")
          .found(Folders.kind(file))
          .remedy("check the path");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      SortedMap<String, PickledTensor> layouts = TorchFile.read(channel, file);
      Map<Part, List<ByteBuffer>> mapped =
          FileParts.map(
              channel, layouts.values().stream().map(PickledTensors::part).toList(), largest);
      SortedMap<String, Stored> tensors = new TreeMap<>();
      layouts.forEach(
          (name, layout) ->
              tensors.put(name, new Stored(info(name, layout), layout, mapped.get(part(layout)))));
      return new PickledTensors(file, largest, tensors);
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
  }

  private static Part part(PickledTensor layout) {
    return new Part(layout.begin(), layout.span());
  }

  private static TensorInfo info(String name, PickledTensor layout) {
    long[] sizes = layout.sizes().stream().mapToLong(Long::longValue).toArray();
    return TensorInfo.of(name, type(layout.type()), sizes);
  }

  private static DType type(StorageType type) {
    return switch (type) {
      case DOUBLE -> DType.F64;
      case FLOAT -> DType.F32;
      case HALF -> DType.F16;
      case BFLOAT16 -> DType.BF16;
      case LONG -> DType.I64;
      case INT -> DType.I32;
      case SHORT -> DType.I16;
      case CHAR -> DType.I8;
      case BYTE -> DType.U8;
      case BOOL -> DType.BOOL;
    };
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return stored(name).info;
  }

  @Override
  public List<ByteBuffer> pieces(String name) {
    Stored stored = stored(name);
    List<ByteBuffer> pieces = stored.layout.isContiguous() ? stored.span : inOrder(stored);
    return pieces.stream()
        .map(piece -> piece.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }

  private Stored stored(String name) {
    return Safetensors.require(this, tensors, name);
  }

  /** A copy of the elements, row by row. */
  private List<ByteBuffer> inOrder(Stored stored) {
    PickledTensor layout = stored.layout;
    int width = layout.type().width();
    int rank = layout.sizes().size();
    long[] index = new long[rank];
    long at = 0;
    List<ByteBuffer> pieces = new ArrayList<>();
    for (long left = stored.info.bytes(); left > 0; left -= pieces.get(pieces.size() - 1).limit()) {
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(largest, left));
      while (piece.hasRemaining()) {
        ByteBuffer from = stored.span.get((int) (at * width / largest));
        copy(from, (int) (at * width % largest), piece, width);
        for (int i = rank - 1; i >= 0; i--) {
          at += layout.strides().get(i);
          if (++index[i] < layout.sizes().get(i)) {
            break;
          }
          at -= layout.strides().get(i) * index[i];
          index[i] = 0;
        }
      }
      pieces.add(piece.flip());
    }
    return pieces;
  }

  /** Copies an element; both buffers have the same byte order. */
  private static void copy(ByteBuffer from, int at, ByteBuffer to, int width) {
    switch (width) {
      case 8 -> to.putLong(from.getLong(at));
      case 4 -> to.putInt(from.getInt(at));
      case 2 -> to.putShort(from.getShort(at));
      default -> to.put(from.get(at));
    }
  }
}
