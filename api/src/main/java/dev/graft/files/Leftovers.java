package dev.graft.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is left of files and folders that a process was writing when it was killed. */
public final class Leftovers {
  /** Names that {@link AtomicFile} and {@link NewFolder} give to what isn't whole yet. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|.+\\.unfinished");

  private Leftovers() {}

  /**
   * Deletes what is left in a folder, and in those inside it.
   *
   * @param folder in which no process writes any more
   * @throws IOException if something can't be deleted
   */
  public static void delete(Path folder) throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.walk(folder)) {
      found =
          files
              .filter(file -> UNFINISHED.matcher(file.getFileName().toString()).matches())
              .toList();
    }
    for (Path leftover : found) {
      Folders.delete(leftover);
    }
  }
}
