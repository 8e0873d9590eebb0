package dev.graft.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder among the system's temporary ones that is gone when it is closed. What a process leaves
 * that is killed is deleted when the next one is made: a process that lives holds a lock in its
 * own.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final String PREFIX = "graft-";
  private static final String LOCK = ".held";

  /** Time enough for a process to take the lock in a folder that it has just made. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final Path path;
  private final FileChannel lock;

  private TemporaryFolder(Path path) throws IOException {
    this.path = path;
    this.lock =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
  }

  /**
   * Makes one; the caller closes it.
   *
   * @param purpose a part of its name
   * @throws dev.graft.GraftException if it can't be made
   */
  public static TemporaryFolder make(String purpose) {
    Path all = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      sweep(all);
      Path folder = Files.createTempDirectory(all, own() + purpose + "-");
      return new TemporaryFolder(folder.toRealPath());
    } catch (IOException e) {
      throw Folders.unwritable(all, e);
    }
  }

  /** Makes one that stays until this process ends. */
  public static Path ofProcess(String purpose) {
    TemporaryFolder folder = make(purpose);
    Runtime.getRuntime().addShutdownHook(new Thread(folder::close, "temporary"));
    return folder.path();
  }

  private static String own() {
    return PREFIX + ProcessHandle.current().pid() + "-";
  }

  /** Deletes the folders of processes that are gone; what can't be deleted hinders nobody. */
  private static void sweep(Path all) throws IOException {
    List<Path> abandoned;
    try (Stream<Path> folders = Files.list(all)) {
      abandoned =
          folders
              .filter(folder -> folder.getFileName().toString().startsWith(PREFIX))
              .filter(TemporaryFolder::isAbandoned)
              .toList();
    }
    abandoned.forEach(TemporaryFolder::deleteIfPossible);
  }

  /** Its own locks a process must not touch: where it closes the file again, it frees them. */
  private static boolean isAbandoned(Path folder) {
    Path held = folder.resolve(LOCK);
    if (folder.getFileName().toString().startsWith(own())
        || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(held, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(held, StandardOpenOption.WRITE)) {
      Instant changed = Files.getLastModifiedTime(folder).toInstant();
      return changed.isBefore(Instant.now().minus(GRACE)) && channel.tryLock() != null;
    } catch (IOException e) {
      return false; // another user's, or just being deleted
    }
  }

  private static void deleteIfPossible(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      // The next process tries it again.
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // The end of the process frees it as well.
    }
    deleteIfPossible(path);
  }
}
