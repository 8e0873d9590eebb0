package dev.graft.harness.job;

import java.nio.file.Path;

/** A process that holds a file for as long as it is not killed. */
public final class LockHolder {
  private LockHolder() {}

  /**
   * Takes it, and says so.
   *
   * @param args the file
   */
  public static void main(String[] args) throws InterruptedException {
    try (LockFile held = LockFile.take(Path.of(args[0]), waited -> {})) {
      System.out.println(held.getClass().getSimpleName());
      Thread.currentThread().join();
    }
  }
}
