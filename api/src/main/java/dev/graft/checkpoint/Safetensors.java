package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.checkpoint.SafetensorsHeader.Entry;
import dev.graft.files.FileParts;
import dev.graft.files.FileParts.Part;
import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One safetensors file, memory-mapped; its header and its size have been checked. */
public final class Safetensors implements TensorSource {
  private record Stored(TensorInfo info, List<ByteBuffer> pieces) {}

  private final Path file;
  private final Map<String, String> metadata;
  private final SortedMap<String, Stored> tensors;

  private Safetensors(Path file, Map<String, String> metadata, SortedMap<String, Stored> tensors) {
    this.file = file;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * {@return the tensors of a file, mapped} The file must not be shortened while the source or a
   * buffer of it is in use; replacing it by a new file of that name is harmless.
   *
   * @param file of any size
   * @throws GraftException if the file is missing, damaged or no safetensors file
   */
  public static Safetensors open(Path file) {
    return open(file, FileParts.LARGEST_MAPPING);
  }

  /** As {@link #open(Path)}, with mappings of at most the given number of bytes. */
  static Safetensors open(Path file, int largestMapping) {
    if (!Files.isRegularFile(file)) {
      throw GraftException.input("There is no file %s.", file)
          .expected("a safetensors file")
          .found(Folders.kind(file))
          .remedy("check the path");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      SafetensorsHeader header = SafetensorsHeader.read(channel, file);
      return new Safetensors(
          file,
          Collections.unmodifiableMap(header.metadata()),
          Collections.unmodifiableSortedMap(map(channel, header, largestMapping)));
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
  }

  private static SortedMap<String, Stored> map(
      FileChannel channel, SafetensorsHeader header, int largestMapping) throws IOException {
    List<Part> parts = header.entries().stream().map(entry -> part(header, entry)).toList();
    Map<Part, List<ByteBuffer>> mapped = FileParts.map(channel, parts, largestMapping);
    SortedMap<String, Stored> tensors = new TreeMap<>();
    for (Entry entry : header.entries()) {
      tensors.put(entry.info().name(), new Stored(entry.info(), mapped.get(part(header, entry))));
    }
    return tensors;
  }

  private static Part part(SafetensorsHeader header, Entry entry) {
    return new Part(header.dataStart() + entry.begin(), entry.info().bytes());
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
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
    return stored(name).pieces.stream()
        .map(piece -> piece.duplicate().order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }

  private Stored stored(String name) {
    return require(this, tensors, name);
  }

  /** What a source knows of a tensor. */
  static <T> T require(TensorSource source, Map<String, T> tensors, String name) {
    T known = tensors.get(name);
    if (known == null) {
      throw missing(source, name);
    }
    return known;
  }

  private static GraftException missing(TensorSource source, String name) {
    return GraftException.input("%s has no tensor '%s'.", source.file(), name)
        .found(summary(source.names()))
        .remedy("check that the file belongs to this model");
  }

  private static String summary(Set<String> names) {
    String some = names.stream().limit(5).collect(Collectors.joining(", "));
    return names.isEmpty()
        ? "no tensors"
        : names.size() > 5 ? some + " and %s more".formatted(names.size() - 5) : some;
  }
}
