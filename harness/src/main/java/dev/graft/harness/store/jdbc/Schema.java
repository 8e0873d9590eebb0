package dev.graft.harness.store.jdbc;

import dev.graft.GraftException;
import dev.graft.harness.environment.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The tables, and how those of earlier versions become those of this one: script after script, all
 * of it or nothing.
 *
 * <p>Not by Flyway, which can't keep two processes from updating one file of SQLite at a time, and
 * warns of each PostgreSQL that is newer than itself.
 */
record Schema(Dialect dialect, String name) {
  private static final int VERSION = 4;

  void update(Handle handle) {
    if (exists(handle) && version(handle) == VERSION) {
      return; // so that a store that may only be read can be
    }
    handle.useTransaction(
        transaction -> {
          dialect.lock(transaction);
          transaction.execute(
              "create table if not exists schema_version"
                  + " (version integer primary key, graft text not null, applied text not null)");
          int found = version(transaction);
          if (found > VERSION) {
            throw GraftException.input("The store %s is of a newer version of Graft.", name)
                .expected("tables of version %s, or of an earlier one", VERSION)
                .found("version %s", found)
                .remedy("use that Graft, or choose another store by --store");
          }
          for (int next = found + 1; next <= VERSION; next++) {
            apply(transaction, next);
          }
        });
  }

  private static boolean exists(Handle handle) {
    try (ResultSet tables =
        handle
            .getConnection()
            .getMetaData()
            .getTables(null, handle.getConnection().getSchema(), "schema_version", null)) {
      return tables.next();
    } catch (SQLException e) {
      throw new org.jdbi.v3.core.ConnectionException(e);
    }
  }

  private static int version(Handle handle) {
    return handle
        .createQuery("select coalesce(max(version), 0) from schema_version")
        .mapTo(Integer.class)
        .one();
  }

  private void apply(Handle handle, int version) {
    statements(dialect, version).forEach(handle::execute);
    handle.execute(
        "insert into schema_version (version, graft, applied) values (?, ?, ?)",
        version,
        Environment.version(),
        Instant.now().toString());
  }

  /** What makes the tables of a version from those of the one before. */
  static List<String> statements(Dialect dialect, int version) {
    String uncommented = read("schema-%s.sql".formatted(version)).replaceAll("(?m)^--.*$", "");
    return Arrays.stream(dialect.script(uncommented).split(";"))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  private static String read(String resource) {
    try (InputStream in = Schema.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
