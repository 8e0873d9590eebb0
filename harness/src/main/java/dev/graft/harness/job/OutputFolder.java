package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders into which results go. */
public final class OutputFolder {
  private OutputFolder() {}

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
    Path existing = path.toAbsolutePath().normalize();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
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
