package dev.graft.checkpoint;

import dev.graft.GraftException;
import dev.graft.files.FileParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked against the file: the tensors fill everything after the
 * header, without gaps and without overlaps.
 *
 * @param dataStart where the contents begin, in bytes from the start of the file
 * @param entries the tensors in the order of their contents
 */
record SafetensorsHeader(long dataStart, List<Entry> entries, Map<String, String> metadata) {
  /** The key of the free text in a header, which no tensor may have for a name. */
  static final String METADATA = "__metadata__";

  /** The limit of the safetensors library, in bytes. */
  private static final long LONGEST = 100_000_000;

  /** One tensor, with its offset from the end of the header. */
  record Entry(TensorInfo info, long begin) {
    long end() {
      return begin + info.bytes();
    }
  }

  static SafetensorsHeader read(FileChannel channel, Path file) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw truncated(file, "at least the 8 bytes that give the header's length", size);
    }
    ByteBuffer first = FileParts.read(channel, 0, 8);
    long length = first.getLong(0);
    if (length < 2 || length > LONGEST) {
      throw notSafetensors(file, first);
    }
    if (8 + length > size) {
      throw truncated(file, "a header of " + length + " bytes", size);
    }
    SafetensorsHeader header =
        new SafetensorsHeaderParser(file).parse(FileParts.read(channel, 8, (int) length));
    header.checkLayout(file, size);
    return header;
  }

  private void checkLayout(Path file, long size) {
    long end = 0;
    for (Entry entry : entries) {
      if (entry.begin != end) {
        throw damaged(
            file,
            "tensor '%s' %s the contents before it"
                .formatted(
                    entry.info.name(), entry.begin < end ? "overlaps" : "leaves a gap after"),
            "data_offsets from " + end,
            "from " + entry.begin);
      }
      end = entry.end();
    }
    if (end > size - dataStart) {
      throw truncated(file, end + " bytes after the header", size - dataStart);
    }
    if (end < size - dataStart) {
      throw damaged(
          file,
          "bytes follow the last tensor",
          end + " bytes after the header",
          (size - dataStart) + " bytes");
    }
  }

  private static GraftException notSafetensors(Path file, ByteBuffer first) {
    boolean pointer = first.equals(ByteBuffer.wrap("version ".getBytes(StandardCharsets.US_ASCII)));
    return GraftException.input("%s is not a safetensors file.", file)
        .expected("8 bytes that give the length of a header, from 2 to %d", LONGEST)
        .found(
            pointer
                ? "a Git LFS pointer"
                : "a length of " + Long.toUnsignedString(first.getLong(0)))
        .remedy(
            pointer
                ? "run 'git lfs pull' in the folder it comes from"
                : "give the path of a file that was saved as safetensors");
  }

  private static GraftException truncated(Path file, String expected, long size) {
    return damaged(file, "its end is missing", expected, size + " bytes");
  }

  static GraftException damaged(Path file, String what, String expected, String found) {
    return GraftException.input("%s is damaged: %s.", file, what)
        .expected(expected)
        .found(found)
        .remedy("copy, download or save the file again");
  }
}
