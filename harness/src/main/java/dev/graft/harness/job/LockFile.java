package dev.graft.harness.job;

import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A file that one holds at a time: until it is closed, or its process ends, however it does. */
public final class LockFile implements AutoCloseable {
  private static final int POLL_MILLISECONDS = 20;

  private final FileChannel channel;

  private LockFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes a file as soon as no other process or thread holds it.
   *
   * @param file in a folder that is there; it is made if it is missing, and stays
   * @param waiting is told again and again how long another has been waited for, from zero; what it
   *     throws ends the waiting
   */
  public static LockFile take(Path file, Consumer<Duration> waiting) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        long begin = System.nanoTime();
        for (Duration waited = Duration.ZERO;
            !isTaken(channel);
            waited = Duration.ofNanos(System.nanoTime() - begin)) {
          waiting.accept(waited);
          TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
        return new LockFile(channel);
      } catch (InterruptedException e) {
        channel.close();
        Thread.currentThread().interrupt();
        throw Interruption.by(e);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Folders.unwritable(file, e);
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) { // this process holds it
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e); // the end of the process frees it as well
    }
  }
}
