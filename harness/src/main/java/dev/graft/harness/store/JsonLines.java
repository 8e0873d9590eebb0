package dev.graft.harness.store;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of records, one a line, that only ever grows: what a line says stays. While it is open no
 * other process can open it.
 *
 * @param <T> the type of the records
 */
public final class JsonLines<T> implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final List<T> records = new ArrayList<>();

  private JsonLines(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file, or makes an empty one. A last line without an end was cut off while it was
   * written, and is dropped.
   *
   * @throws GraftException if another process has it open, or a line is something else
   */
  public static <T> JsonLines<T> open(Path file, Class<T> type) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      JsonLines<T> lines = new JsonLines<>(file, channel);
      try {
        lines.lock();
        lines.readAll(type);
        return lines;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Folders.unwritable(file, e);
    }
  }

  private void lock() throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // this process has it open
    }
    if (lock == null) {
      throw GraftException.input("%s is being written already.", file)
          .remedy("wait for the other study to end, or choose another folder for the output");
    }
  }

  private void readAll(Class<T> type) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // until all is read
    }
    String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    int number = 0;
    for (String line : whole.lines().toList()) {
      number++;
      try {
        records.add(Json.read(line, type));
      } catch (IllegalArgumentException e) {
        throw GraftException.input("%s, line %d, can't be used.", file, number)
            .expected("JSON, as this version of Graft writes it")
            .found(e.getMessage())
            .remedy("choose another folder for the output, or remove the line");
      }
    }
    int end = whole.getBytes(StandardCharsets.UTF_8).length;
    channel.truncate(end).position(end);
  }

  /** Adds a record, which is on the disk afterwards. */
  public void append(T record) {
    ByteBuffer line = StandardCharsets.UTF_8.encode(Json.line(record) + "\n");
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
    } catch (IOException e) {
      throw Folders.unwritable(file, e);
    }
    records.add(record);
  }

  /** All records, in the order in which they were added. */
  public List<T> records() {
    return List.copyOf(records);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
