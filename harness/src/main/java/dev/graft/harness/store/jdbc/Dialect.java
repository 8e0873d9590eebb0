package dev.graft.harness.store.jdbc;

import dev.graft.harness.store.Stores;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** What differs between databases. */
enum Dialect {
  SQLITE(Stores.FILES, "integer primary key", "blob") {
    @Override
    DataSource source(String address) {
      SqliteNatives.unpackIntoOwnFolder();
      SQLiteConfig config = new SQLiteConfig();
      config.setBusyTimeout(PATIENCE_MILLISECONDS);
      // A transaction that read first could not write once another process has written.
      config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
      config.enforceForeignKeys(true);
      SQLiteDataSource source = new SQLiteDataSource(config);
      source.setUrl(address);
      return source;
    }

    @Override
    void lock(Handle handle) {
      // Each transaction is alone from its beginning.
    }

    @Override
    String remedy() {
      return "check that nothing else is in its place, that it may be written and the disk has room, or choose another by --store";
    }
  },

  POSTGRESQL("jdbc:postgresql:", "bigint generated always as identity primary key", "bytea") {
    @Override
    DataSource source(String address) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(address);
      source.setApplicationName("graft");
      return source;
    }

    @Override
    void lock(Handle handle) {
      handle.execute("select pg_advisory_xact_lock(?)", LOCK);
    }

    @Override
    String remedy() {
      return "check that the server runs, that the database is there, and that the user of the address may make tables in it";
    }
  };

  private static final int PATIENCE_MILLISECONDS = 60_000;

  /** Any number, but always this one. */
  private static final long LOCK = 0x6772616674L;

  private final String prefix;
  private final String identity;
  private final String bytes;

  Dialect(String prefix, String identity, String bytes) {
    this.prefix = prefix;
    this.identity = identity;
    this.bytes = bytes;
  }

  /** That of an address. */
  static Optional<Dialect> of(String address) {
    return Stream.of(values())
        .filter(dialect -> address.toLowerCase(Locale.ROOT).startsWith(dialect.prefix))
        .findFirst();
  }

  abstract DataSource source(String address);

  /** Keeps others from changing the tables until the transaction ends. */
  abstract void lock(Handle handle);

  /** What a user may do where it can't be used. */
  abstract String remedy();

  /** A script with this one's types in the place of those that differ. */
  String script(String common) {
    return common.replace("<id>", identity).replace("<bytes>", bytes);
  }

  /** What of an address may be shown: it may hold a password. */
  String shown(String address) {
    return this == SQLITE
        ? address.substring(prefix.length())
        : address.replaceFirst("(?s)\\?.*", "").replaceFirst("(?s)//.*@", "//");
  }
}
