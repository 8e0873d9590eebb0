package dev.graft.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a zip archive of stored entries byte by byte, each aligned as {@code torch.save} does. */
public final class ZipBytes {
  private static final int ALIGNMENT = 64;
  private static final int LOCAL_SIZE = 30;
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;

  private record Entry(String name, long size, long begin) {}

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Entry> entries = new ArrayList<>();

  public ZipBytes store(String name, byte[] contents) {
    byte[] named = name.getBytes(StandardCharsets.UTF_8);
    entries.add(new Entry(name, contents.length, out.size()));
    int padding = -(out.size() + LOCAL_SIZE + named.length) & (ALIGNMENT - 1);
    out.writeBytes(
        little(LOCAL_SIZE)
            .putInt(LOCAL)
            .putInt(18, contents.length)
            .putInt(22, contents.length)
            .putShort(26, (short) named.length)
            .putShort(28, (short) padding)
            .array());
    out.writeBytes(named);
    out.writeBytes(new byte[padding]);
    out.writeBytes(contents);
    return this;
  }

  public ZipBytes store(String name, String contents) {
    return store(name, contents.getBytes(StandardCharsets.UTF_8));
  }

  /** The archive, with the directory of small ones. */
  public byte[] end() {
    int begin = out.size();
    entries.forEach(entry -> directory(entry, false));
    end(entries.size(), out.size() - begin, begin);
    return out.toByteArray();
  }

  /** The archive, with the directory of large ones: numbers of 64 bits. */
  public byte[] end64() {
    int begin = out.size();
    entries.forEach(entry -> directory(entry, true));
    int end = out.size();
    out.writeBytes(
        little(56)
            .putInt(0x06064b50)
            .putLong(44)
            .putLong(24, entries.size())
            .putLong(32, entries.size())
            .putLong(40, end - begin)
            .putLong(48, begin)
            .array());
    out.writeBytes(little(20).putInt(0x07064b50).putInt(0).putLong(end).putInt(1).array());
    end(0xffff, -1, -1);
    return out.toByteArray();
  }

  private void directory(Entry entry, boolean wide) {
    byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
    byte[] extra = wide ? extra(entry) : new byte[0];
    out.writeBytes(
        little(46)
            .putInt(CENTRAL)
            .putInt(20, wide ? -1 : (int) entry.size)
            .putInt(24, wide ? -1 : (int) entry.size)
            .putShort(28, (short) name.length)
            .putShort(30, (short) extra.length)
            .putInt(42, wide ? -1 : (int) entry.begin)
            .array());
    out.writeBytes(name);
    out.writeBytes(extra);
  }

  private static byte[] extra(Entry entry) {
    return little(28)
        .putShort((short) 1)
        .putShort((short) 24)
        .putLong(entry.size)
        .putLong(entry.size)
        .putLong(entry.begin)
        .array();
  }

  private void end(int count, int size, int begin) {
    out.writeBytes(
        little(22)
            .putInt(END)
            .putShort(8, (short) count)
            .putShort(10, (short) count)
            .putInt(12, size)
            .putInt(16, begin)
            .array());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Changes a number of 16 bits in a record of an archive.
   *
   * @param record the last two letters of its signature: the first one of the directory, of the
   *     entries or of the ends
   * @param field its place in the record
   */
  public static byte[] changed(byte[] zip, String record, int field, int number) {
    byte[] changed = zip.clone();
    int at = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK" + record);
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putShort(at + field, (short) number);
    return changed;
  }
}
