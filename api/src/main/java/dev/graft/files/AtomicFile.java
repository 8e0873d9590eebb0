package dev.graft.files;

import dev.graft.GraftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that are written whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file's contents. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes everything.
     *
     * @param channel at the start of an empty file
     * @throws IOException if something can't be written
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, replacing one of that name. The contents go to a new file beside it, which takes
   * the name when it is whole and on the disk; whatever fails leaves the old file as it was.
   *
   * @param file in a folder that is there
   * @param body called once
   * @throws GraftException if the contents can't be written
   */
  public static void write(Path file, Body body) {
    Path target = file.toAbsolutePath();
    Path unfinished = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Folders.unwritable(file, e);
    } finally {
      unfinished.toFile().delete();
    }
  }

  /**
   * Writes a text in UTF-8, as {@link #write(Path, Body)} writes contents.
   *
   * @param file in a folder that is there
   * @param text the whole of it
   * @throws GraftException if the text can't be written
   */
  public static void write(Path file, String text) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(file, channel -> writeFully(channel, bytes));
  }

  /** Writes what remains in a buffer. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
