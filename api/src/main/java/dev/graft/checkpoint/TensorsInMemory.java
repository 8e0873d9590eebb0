package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tensors that no file holds. */
public final class TensorsInMemory implements TensorSource {
  private final Path file;
  private final SortedMap<String, TensorData> tensors = new TreeMap<>();

  /**
   * Tensors of different names.
   *
   * @param file by which messages call them
   */
  public TensorsInMemory(Path file, Collection<TensorData> tensors) {
    this.file = file;
    tensors.forEach(data -> this.tensors.put(data.info().name(), data));
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return Safetensors.require(this, tensors, name).info();
  }

  @Override
  public List<ByteBuffer> pieces(String name) {
    return Safetensors.require(this, tensors, name).pieces().stream()
        .map(piece -> piece.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }
}
