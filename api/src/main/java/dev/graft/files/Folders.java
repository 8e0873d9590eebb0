package dev.graft.files;

import dev.graft.GraftException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the JDK lacks for folders and files. */
public final class Folders {
  private static final Pattern FULL_DISK =
      Pattern.compile("No space left on device|quota exceeded");
  private static final String LARGE_FILE = "File too large";
  private static final int LONGEST = 100;

  private Folders() {}

  /**
   * {@return the path that a text names} For texts out of files, in which anything may stand.
   *
   * @param text any
   * @throws GraftException if no file can have such a name
   */
  public static Path named(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      String shown = Texts.shortened(text, LONGEST).replace('\0', '?');
      throw GraftException.input("'%s' can't be the name of a file.", shown)
          .found(Texts.fault(text).orElse(e.getReason()))
          .causedBy(e);
    }
  }

  /** The names of the files in a folder. */
  public static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw GraftException.machine("%s can't be listed: %s.", folder, reason(e)).causedBy(e);
    }
  }

  /**
   * {@return what a path is, for messages that say what was found there}
   *
   * @param path any
   */
  public static String kind(Path path) {
    return Files.isDirectory(path)
        ? "a folder"
        : Files.exists(path) ? "a file" : isThere(path) ? "a link to nothing" : "nothing";
  }

  /**
   * {@return whether a name is taken, be it by a link to nothing}
   *
   * @param path any
   */
  public static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * {@return the innermost part of a path that is there}
   *
   * @param path any
   */
  public static Path existing(Path path) {
    Path existing = path.toAbsolutePath().normalize();
    while (!isThere(existing)) {
      existing = existing.getParent();
    }
    return existing;
  }

  /**
   * {@return the names of the files in a folder, for messages}
   *
   * @param folder one that is there
   */
  public static String listing(Path folder) {
    List<String> files = files(folder);
    return files.isEmpty() ? "nothing" : String.join(", ", files);
  }

  /**
   * {@return why a file or folder can't be read or written, for messages that name it}
   *
   * @param e whose own message may be a path or the name of a class
   */
  public static String reason(IOException e) {
    if (e instanceof CharacterCodingException) {
      return "its bytes are not UTF-8";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "it is not there";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file of that name is there already";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "a folder of that name is there, and not empty";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }

  /**
   * {@return the error that a file can't be read}
   *
   * @param file which is there
   * @param e whose reason is told
   */
  public static GraftException unreadable(Path file, IOException e) {
    return GraftException.machine("%s can't be read.", file)
        .found(reason(e))
        .remedy("check the permissions of the file, and its disk")
        .causedBy(e);
  }

  /**
   * {@return the error that a file or folder can't be written}
   *
   * @param path to be written; what is in its way is told
   * @param e whose reason is told
   */
  public static GraftException unwritable(Path path, IOException e) {
    boolean isFolderMissing = e instanceof NoSuchFileException;
    return GraftException.machine("%s can't be written.", path)
        .found(isFolderMissing ? "its folder is not there" : reason(e))
        .remedy(isFolderMissing ? "make the folder first, or choose another" : remedy(path, e))
        .causedBy(e);
  }

  /**
   * {@return whether the system says that no more can be written: a full disk, a quota, a limit of
   * the size of files}
   *
   * @param reason its words, or none
   */
  public static boolean isShortOfRoom(String reason) {
    return reason != null && (FULL_DISK.matcher(reason).find() || reason.contains(LARGE_FILE));
  }

  private static String remedy(Path path, IOException e) {
    String reason = reason(e);
    if (FULL_DISK.matcher(reason).find()) {
      return "make room on that disk, or choose a path on another";
    }
    if (reason.contains(LARGE_FILE)) {
      return "raise the limit of the size of files (ulimit -f), or choose a disk that takes larger ones";
    }
    if (Files.isDirectory(path)) {
      return "remove the folder that is in the place of the file, or choose another path";
    }
    Path existing = existing(path.toAbsolutePath().getParent());
    return Files.isDirectory(existing)
        ? "check that the folder may be written and the disk has room"
        : "remove the file %s, which is in the place of a folder, or choose another path"
            .formatted(existing);
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
