package dev.graft.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the JDK lacks for whole folders. */
public final class Folders {
  private Folders() {}

  /**
   * Deletes a folder with all that is in it; nothing happens where there is none.
   *
   * @param folder which may be missing, or a file
   * @throws IOException if a file can't be deleted; those before it are gone then
   */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
