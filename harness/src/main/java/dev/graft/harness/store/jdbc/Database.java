package dev.graft.harness.store.jdbc;

import dev.graft.GraftException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** A connection to a database, opened again where it was lost. One thread uses it at a time. */
final class Database implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  /** A connection that was used less long ago is taken to be still there. */
  private static final long FRESH_NANOSECONDS = TimeUnit.SECONDS.toNanos(2);

  private final Jdbi jdbi;
  private final Dialect dialect;
  private final String name;
  private Handle open;
  private long used;

  private Database(Dialect dialect, String address) {
    this.jdbi = Jdbi.create(dialect.source(address));
    this.dialect = dialect;
    this.name = dialect.shown(address);
  }

  /**
   * Opens a database and gives it the tables of this version.
   *
   * @throws GraftException if it can't be opened, or a newer version made its tables
   */
  static Database open(Dialect dialect, String address) {
    Database database = new Database(dialect, address);
    try {
      database.<Void>use(
          handle -> {
            new Schema(dialect, database.name).update(handle);
            return null;
          });
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** By which people know it, without what may be a password. */
  String name() {
    return name;
  }

  /** Only looks. */
  synchronized <T> T use(Function<Handle, T> work) {
    try {
      return work.apply(handle());
    } catch (JdbiException | SQLException e) {
      throw unusable(e);
    }
  }

  /** Does all of it or nothing. */
  <T> T transaction(Function<Handle, T> work) {
    return use(handle -> handle.inTransaction(work::apply));
  }

  private Handle handle() throws SQLException {
    boolean isFresh = System.nanoTime() - used < FRESH_NANOSECONDS;
    if (open != null && !isFresh && !open.getConnection().isValid(PATIENCE_SECONDS)) {
      close();
    }
    if (open == null) {
      open = jdbi.open();
    }
    used = System.nanoTime();
    return open;
  }

  private GraftException unusable(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return GraftException.machine("The store %s can't be used.", name)
        .found(withoutPassword(String.valueOf(cause.getMessage())))
        .remedy(dialect.remedy())
        .causedBy(e);
  }

  private static String withoutPassword(String message) {
    return message.lines().findFirst().orElse("no reason").replaceAll("[^\\s/]*@", "");
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      try {
        open.close();
      } catch (JdbiException e) {
        // It was lost, and what was done in transactions is kept.
      }
      open = null;
    }
  }
}
