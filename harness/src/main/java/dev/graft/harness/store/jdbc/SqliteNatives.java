package dev.graft.harness.store.jdbc;

import dev.graft.files.TemporaryFolder;

/**
 * Where SQLite's driver unpacks its native library, which a process that is killed leaves there.
 */
final class SqliteNatives {
  private static final String FOLDER = "org.sqlite.tmpdir";

  private SqliteNatives() {}

  /** Chooses a folder of this process, unless a user has chosen one; before the driver is used. */
  static void unpackIntoOwnFolder() {
    if (System.getProperty(FOLDER) == null) {
      System.setProperty(FOLDER, TemporaryFolder.ofProcess("sqlite").toString());
    }
  }
}
