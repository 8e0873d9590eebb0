package dev.graft.harness.curves;

import dev.graft.files.AtomicFile;
import dev.graft.files.Folders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file of events that is written to its end. Each is framed as TensorFlow frames records: length,
 * checksum of the length, contents, checksum of the contents.
 */
public final class EventFile implements AutoCloseable {
  /** TensorBoard shows files with such names, by the folders that they lie in. */
  public static final String NAME = "events.out.tfevents.graft";

  private static final int MASK = 0xa282ead8;
  private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;
  private static final int BUFFER = 1 << 14;

  private final Path file;
  private final FileChannel channel;
  private final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();

  private EventFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Goes on after a step; what the file has of later ones was not to be, and is cut off.
   *
   * @param file made if it is missing, with the folders that it lies in
   * @throws dev.graft.GraftException if it can't be written
   */
  public static EventFile after(int step, Path file) {
    return of(
        file,
        () -> {
          Files.createDirectories(file.toAbsolutePath().getParent());
          long kept = 0;
          List<Event> events = Files.exists(file) ? read(file) : List.of();
          for (Event event : step == 0 ? List.<Event>of() : events) {
            if (event.step() > step) {
              break;
            }
            kept += FRAME + event.bytes().length;
          }
          FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          channel.truncate(kept).position(kept);
          EventFile open = new EventFile(file, channel);
          if (kept == 0) {
            open.append(Event.first(now()));
          }
          return open;
        });
  }

  /** Writes what became of a step; it is in the file after {@link #flush} at the latest. */
  public void write(int step, Map<String, Float> scalars) {
    append(new Event(now(), step, scalars, Optional.empty()));
    if (unwritten.size() > BUFFER) {
      flush();
    }
  }

  private static double now() {
    return Instant.now().toEpochMilli() / 1e3;
  }

  private void append(Event event) {
    byte[] contents = event.bytes();
    byte[] length = little(Long.BYTES).putLong(contents.length).array();
    unwritten.writeBytes(length);
    unwritten.writeBytes(little(Integer.BYTES).putInt(checksum(length)).array());
    unwritten.writeBytes(contents);
    unwritten.writeBytes(little(Integer.BYTES).putInt(checksum(contents)).array());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** TensorFlow turns and shifts it, so that a checksum of checksums is none. */
  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  /** Hands over all that was written. */
  public void flush() {
    of(
        file,
        () -> {
          AtomicFile.writeFully(channel, ByteBuffer.wrap(unwritten.toByteArray()));
          unwritten.reset();
          return file;
        });
  }

  /** The events of a file, up to one that is not whole. */
  public static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    for (Optional<byte[]> next = next(bytes); next.isPresent(); next = next(bytes)) {
      events.add(Event.of(next.get()));
    }
    return events;
  }

  private static Optional<byte[]> next(ByteBuffer bytes) {
    if (bytes.remaining() < FRAME) {
      return Optional.empty();
    }
    byte[] size = new byte[Long.BYTES];
    bytes.get(size);
    long length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (bytes.getInt() != checksum(size) || length > bytes.remaining() - Integer.BYTES) {
      return Optional.empty();
    }
    byte[] contents = new byte[Math.toIntExact(length)];
    bytes.get(contents);
    return bytes.getInt() == checksum(contents) ? Optional.of(contents) : Optional.empty();
  }

  @Override
  public void close() {
    flush();
    of(
        file,
        () -> {
          channel.close();
          return file;
        });
  }

  @FunctionalInterface
  private interface Access<T> {
    T get() throws IOException;
  }

  private static <T> T of(Path file, Access<T> access) {
    try {
      return access.get();
    } catch (IOException e) {
      throw Folders.unwritable(file, e);
    }
  }
}
