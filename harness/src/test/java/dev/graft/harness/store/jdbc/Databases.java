package dev.graft.harness.store.jdbc;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.graft.harness.store.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** New databases for tests: files of SQLite, and those of a real PostgreSQL. */
final class Databases implements AutoCloseable {
  private EmbeddedPostgres server;
  private int made;

  /** The address of an empty database. */
  String address(Dialect dialect, Path folder) throws SQLException {
    made++;
    return dialect == Dialect.SQLITE
        ? Stores.fileAddress(folder.resolve("store-" + made + ".db"))
        : postgresql("store" + made);
  }

  private String postgresql(String name) throws SQLException {
    try {
      server = server == null ? EmbeddedPostgres.builder().start() : server;
    } catch (IOException | IllegalStateException e) {
      abort("PostgreSQL does not run here: " + e.getMessage());
    }
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return server.getJdbcUrl("postgres", name);
  }

  /** Does something to a database behind a store's back. */
  static void execute(String address, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first value that a query gives. */
  static String text(String address, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(address);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }
}
