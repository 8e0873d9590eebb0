package dev.graft.files;

import dev.graft.GraftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that appear whole or not at all. */
public final class NewFolder {
  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything into an empty folder.
     *
     * @param folder which has its final name only afterwards
     * @throws IOException if something can't be written
     */
    void writeInto(Path folder) throws IOException;
  }

  private NewFolder() {}

  /**
   * Refuses a folder that is there or can't be made, before work is done whose results could not be
   * kept.
   *
   * @param folder to be made later
   * @throws GraftException if there is such a folder or file, or what it would be in can't be
   *     written
   */
  public static void require(Path folder) {
    if (Folders.isThere(folder)) {
      throw GraftException.input("%s is there already.", folder)
          .expected("a folder to be made")
          .found(Folders.kind(folder))
          .remedy("name another one or remove it");
    }
    Path existing = Folders.existing(folder);
    if (!Files.isDirectory(existing)) {
      throw GraftException.input("%s can't be made.", folder)
          .expected("folders around it, or names that are free")
          .line(existing.toString(), Folders.kind(existing))
          .remedy("name another one or remove what is in its way");
    }
    try {
      Files.delete(Files.createTempDirectory(existing, ".graft"));
    } catch (IOException e) {
      throw Folders.unwritable(folder, e);
    }
  }

  /**
   * Makes a folder and fills it, under another name until it is complete. Whatever fails leaves
   * nothing behind.
   *
   * @param folder to be made; the folder that it will be in is made too
   * @param content called once
   * @throws GraftException if the folder is there already or can't be written
   */
  public static void write(Path folder, Content content) {
    require(folder);
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    try {
      Folders.delete(unfinished);
      Files.createDirectories(unfinished);
      try {
        content.writeInto(unfinished);
        Files.move(unfinished, folder);
      } finally {
        Folders.delete(unfinished);
      }
    } catch (IOException e) {
      throw Folders.unwritable(folder, e);
    }
  }
}
