package dev.graft.harness.data;

import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that would fill the memory, in a temporary file that is gone when the process is. What was
 * appended can be read from any thread.
 */
public final class Spool {
  private static final int CHUNK = 1 << 16;

  private final Path folder;
  private final FileChannel file;
  private ByteBuffer pending = ByteBuffer.allocate(CHUNK);
  private long written;

  /** An empty one. */
  public Spool() {
    folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      file =
          FileChannel.open(
              Files.createTempFile(folder, "graft", ".spool"),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw Folders.unwritable(folder, e);
    }
  }

  /** Appends bytes, and returns where they begin. */
  public synchronized long append(ByteBuffer bytes) {
    long place = written + pending.position();
    if (bytes.remaining() > pending.remaining()) {
      write(pending.flip());
      pending.clear();
    }
    if (bytes.remaining() > pending.remaining()) {
      write(bytes);
    } else {
      pending.put(bytes);
    }
    return place;
  }

  private void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        written += file.write(bytes, written);
      }
    } catch (IOException e) {
      throw Folders.unwritable(folder, e);
    }
  }

  /** The bytes from a place on. */
  public synchronized ByteBuffer read(long place, int length) {
    if (place + length > written) {
      write(pending.flip());
      pending.clear();
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try {
      for (int read = 0; read >= 0 && bytes.hasRemaining(); ) {
        read = file.read(bytes, place + bytes.position());
      }
    } catch (IOException e) {
      throw Folders.unreadable(folder, e);
    }
    return bytes.flip();
  }
}
