package dev.graft.checkpoint;

import dev.graft.api.GraftException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the JDK lacks for whole folders. */
public final class Folders {
  private Folders() {}

  /** The names of the files in a folder. */
  static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw GraftException.machine("%s can't be listed: %s.".formatted(folder, reason(e)), e);
    }
  }

  /** The same, for messages. */
  static String found(Path folder) {
    List<String> files = files(folder);
    return files.isEmpty() ? "nothing" : String.join(", ", files);
  }

  /** Why a file can't be read or written, for messages that name the file. */
  static String reason(IOException e) {
    if (e instanceof CharacterCodingException) {
      return "its bytes are not UTF-8";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }

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
