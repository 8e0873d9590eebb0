package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.NewFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Folders into which results go. */
public final class OutputFolder {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss", Locale.ROOT);

  private OutputFolder() {}

  /**
   * The folder for results, which may not be there yet.
   *
   * @param named by the user; if absent it is named after the time
   * @throws GraftException if something else has its name
   */
  public static Path ofResults(Optional<Path> named) {
    Path folder =
        named.orElseGet(
            () -> Path.of("results", LocalDateTime.now(ZoneId.systemDefault()).format(TIMESTAMP)));
    if (!Files.isDirectory(folder)) {
      if (Folders.isThere(folder)) {
        throw GraftException.input("The results can't go to %s.", folder)
            .expected("a folder, or a name that is free")
            .found(Folders.kind(folder));
      }
      NewFolder.require(folder);
    }
    return folder;
  }

  /** Makes a folder, and those that it lies in; one that is there stays as it is. */
  public static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** Removes a folder with all that is in it, if it is there. */
  public static void remove(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * Refuses a disk that will be full before something is saved on it.
   *
   * @param path that is to be made
   * @param bytes that it will have
   */
  public static void requireRoom(Path path, long bytes) {
    Path existing = Folders.existing(path);
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      if (free < bytes) {
        throw GraftException.machine("The disk has no room for what will be saved in %s.", path)
            .expected("%d bytes", bytes)
            .found("less that is free")
            .remedy("make room, or choose an output on another disk");
      }
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  private static GraftException unusable(Path folder, IOException e) {
    return GraftException.machine("The folder %s can't be made.", folder)
        .found(Folders.reason(e))
        .remedy("choose another for the output")
        .causedBy(e);
  }
}
