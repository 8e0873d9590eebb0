package dev.graft.checkpoint.pickle;

import dev.graft.GraftException;
import dev.graft.files.FileParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds where the entries of a zip archive lie that are neither compressed nor encrypted. Java's
 * own reader does not tell where; nothing is unpacked, so that names are never paths. Checksums are
 * not compared, since PyTorch can be told to leave them out. Numbers as in PKWARE's APPNOTE.TXT,
 * section 4.3.
 */
final class StoredZip {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_LOCATOR = 0x07064b50;

  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final int END_64_SIZE = 56;
  private static final int END_64_LOCATOR_SIZE = 20;

  private static final int LONGEST_COMMENT = 0xffff;
  private static final int SIZES_64 = 1;
  private static final int ENCRYPTED = 1;

  /** A hundred bytes an entry, and half a million entries. */
  private static final int LARGEST_DIRECTORY = 1 << 26;

  private final FileChannel channel;
  private final Refusals refusals;
  private final long size;

  /** An entry's contents, in bytes from the start of the file. */
  record Entry(String name, long begin, long bytes) {
    long end() {
      return begin + bytes;
    }
  }

  private record Directory(long begin, long bytes, long entries) {}

  private StoredZip(FileChannel channel, Refusals refusals) throws IOException {
    this.channel = channel;
    this.refusals = refusals;
    this.size = channel.size();
  }

  /** All entries by their names, in the order of the directory. */
  static Map<String, Entry> entries(FileChannel channel, Refusals refusals) throws IOException {
    StoredZip zip = new StoredZip(channel, refusals);
    Map<String, Entry> entries = zip.entries(zip.directory());
    zip.refuseOverlaps(entries);
    return entries;
  }

  private Directory directory() throws IOException {
    long end = end();
    ByteBuffer record = read(end, END_SIZE);
    Directory directory =
        new Directory(
            Integer.toUnsignedLong(record.getInt(16)),
            Integer.toUnsignedLong(record.getInt(12)),
            Short.toUnsignedInt(record.getShort(10)));
    long locator = end - END_64_LOCATOR_SIZE;
    if (locator >= 0 && read(locator, END_64_LOCATOR_SIZE).getInt(0) == END_64_LOCATOR) {
      long end64 = read(locator, END_64_LOCATOR_SIZE).getLong(8);
      ByteBuffer record64 = read(end64, END_64_SIZE);
      if (record64.getInt(0) != END_64) {
        throw damaged("the end of its directory is missing", "where the locator says", "not there");
      }
      directory = new Directory(record64.getLong(48), record64.getLong(40), record64.getLong(32));
    }
    if (directory.bytes < 0 || directory.bytes > LARGEST_DIRECTORY) {
      throw damaged(
          "its directory is too large",
          "at most " + LARGEST_DIRECTORY + " bytes",
          Long.toUnsignedString(directory.bytes));
    }
    return directory;
  }

  /** Where the record is that ends the archive, followed by a comment only. */
  private long end() throws IOException {
    int length = (int) Math.min(size, END_SIZE + LONGEST_COMMENT);
    ByteBuffer tail = read(size - length, length);
    for (int at = length - END_SIZE; at >= 0; at--) {
      int comment = Short.toUnsignedInt(tail.getShort(at + 20));
      if (tail.getInt(at) == END && at + END_SIZE + comment == length) {
        return size - length + at;
      }
    }
    throw damaged("its end is missing", "the directory of a zip archive", "none");
  }

  private Map<String, Entry> entries(Directory directory) throws IOException {
    ByteBuffer bytes = read(directory.begin, (int) directory.bytes);
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (bytes.remaining() >= CENTRAL_SIZE && bytes.getInt(bytes.position()) == CENTRAL) {
      Entry entry = entry(bytes, directory.begin);
      if (entries.put(entry.name, entry) != null) {
        throw damaged(
            "its directory is ambiguous", "each entry once", "'" + entry.name + "' twice");
      }
    }
    if (bytes.hasRemaining() || entries.size() != directory.entries) {
      throw damaged(
          "its directory is broken", directory.entries + " entries", entries.size() + " of them");
    }
    return entries;
  }

  /** Reads an entry of the directory, and goes on to the next one. */
  private Entry entry(ByteBuffer bytes, long limit) throws IOException {
    ByteBuffer fixed = bytes.slice(bytes.position(), CENTRAL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + CENTRAL_SIZE);
    String name = text(part(bytes, fixed.getShort(28)));
    ByteBuffer extra = part(bytes, fixed.getShort(30));
    part(bytes, fixed.getShort(32));
    Sizes sizes = Sizes.of(fixed, extra);
    if (fixed.getShort(10) != 0 || (fixed.getShort(8) & ENCRYPTED) != 0) {
      throw refusals.odd(
          "has an entry that can't be mapped",
          "entries that are stored as they are",
          "'%s', %s"
              .formatted(name, fixed.getShort(10) != 0 ? "which is compressed" : "encrypted"));
    }
    ByteBuffer local = read(sizes.local, LOCAL_SIZE);
    int nameLength = Short.toUnsignedInt(local.getShort(26));
    long begin = sizes.local + LOCAL_SIZE + nameLength + Short.toUnsignedInt(local.getShort(28));
    boolean agrees =
        local.getInt(0) == LOCAL
            && local.getShort(8) == 0
            && text(read(sizes.local + LOCAL_SIZE, nameLength)).equals(name)
            && sizes.compressed == sizes.plain;
    if (!agrees || sizes.plain < 0 || begin > limit || sizes.plain > limit - begin) {
      throw damaged(
          "entry '%s' is not where its directory says".formatted(name),
          "the entry, before byte " + limit,
          "%s bytes at byte %s".formatted(Long.toUnsignedString(sizes.plain), begin));
    }
    return new Entry(name, begin, sizes.plain);
  }

  /** What the directory says of an entry; numbers of 64 bits stand in an extra field. */
  private record Sizes(long plain, long compressed, long local) {
    static Sizes of(ByteBuffer fixed, ByteBuffer extra) {
      ByteBuffer wide = wide(extra);
      return new Sizes(
          number(fixed.getInt(24), wide),
          number(fixed.getInt(20), wide),
          number(fixed.getInt(42), wide));
    }

    private static long number(int narrow, ByteBuffer wide) {
      return narrow == -1 && wide.remaining() >= Long.BYTES
          ? wide.getLong()
          : Integer.toUnsignedLong(narrow);
    }

    private static ByteBuffer wide(ByteBuffer extra) {
      while (extra.remaining() >= 4) {
        int id = Short.toUnsignedInt(extra.getShort());
        int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
        if (id == SIZES_64) {
          return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        }
        extra.position(extra.position() + length);
      }
      return ByteBuffer.allocate(0);
    }
  }

  /** The next bytes of the directory. */
  private ByteBuffer part(ByteBuffer bytes, short length) {
    int count = Short.toUnsignedInt(length);
    if (count > bytes.remaining()) {
      throw damaged("its directory breaks off", count + " bytes", bytes.remaining() + " bytes");
    }
    ByteBuffer part = bytes.slice(bytes.position(), count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + count);
    return part;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private void refuseOverlaps(Map<String, Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      Entry entry = sorted.get(i);
      if (entry.begin < before.end()) {
        throw damaged(
            "two entries overlap",
            "'%s' from byte %s on".formatted(entry.name, before.end()),
            "from byte " + entry.begin);
      }
    }
  }

  private ByteBuffer read(long from, int length) throws IOException {
    if (from < 0 || from > size - length) {
      throw damaged(
          "its end is missing",
          "%s bytes at byte %s".formatted(length, Long.toUnsignedString(from)),
          size + " bytes in all");
    }
    return FileParts.read(channel, from, length);
  }

  private GraftException damaged(String what, String expected, String found) {
    return refusals.damaged(what, expected, found);
  }
}
