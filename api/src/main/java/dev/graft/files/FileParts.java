package dev.graft.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Parts of files: read, and memory-mapped. */
public final class FileParts {
  /** The most bytes that one mapping holds: a multiple of every element's width. */
  public static final int LARGEST_MAPPING = Integer.MAX_VALUE - 7;

  private FileParts() {}

  /**
   * A part of a file that is mapped.
   *
   * @param begin in bytes from the start of the file
   * @param bytes how many there are
   */
  public record Part(long begin, long bytes) {
    long end() {
      return begin + bytes;
    }
  }

  /**
   * {@return a copy of some bytes of a file}
   *
   * @param from in bytes from the start of the file
   * @throws IOException if the file can't be read, or is not so long
   */
  public static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("the file ended while it was being read");
      }
    }
    return buffer.flip();
  }

  /**
   * {@return the parts, mapped for reading: a buffer each, or for a part that is larger than a
   * mapping several in order} Parts that lie near each other share a mapping, for a system allows
   * only some ten thousand mappings. They may overlap.
   *
   * @param largest the most bytes of a mapping
   * @throws IOException if the file can't be mapped
   */
  public static Map<Part, List<ByteBuffer>> map(
      FileChannel channel, Collection<Part> parts, int largest) throws IOException {
    List<Part> sorted = new ArrayList<>(parts);
    sorted.sort(Comparator.comparingLong(Part::begin).thenComparingLong(Part::bytes));
    Map<Part, List<ByteBuffer>> mapped = new HashMap<>();
    int next = 0;
    while (next < sorted.size()) {
      Part first = sorted.get(next++);
      if (first.bytes > largest) {
        mapped.put(first, pieces(channel, first, largest));
        continue;
      }
      int from = next - 1;
      long end = first.end();
      while (next < sorted.size() && sorted.get(next).end() - first.begin <= largest) {
        end = Math.max(end, sorted.get(next++).end());
      }
      ByteBuffer shared = channel.map(MapMode.READ_ONLY, first.begin, end - first.begin);
      for (Part part : sorted.subList(from, next)) {
        int offset = (int) (part.begin - first.begin);
        mapped.put(part, List.of(shared.slice(offset, (int) part.bytes)));
      }
    }
    return mapped;
  }

  private static List<ByteBuffer> pieces(FileChannel channel, Part part, int largest)
      throws IOException {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (long from = part.begin; from < part.end(); from += largest) {
      pieces.add(channel.map(MapMode.READ_ONLY, from, Math.min(largest, part.end() - from)));
    }
    return List.copyOf(pieces);
  }
}
