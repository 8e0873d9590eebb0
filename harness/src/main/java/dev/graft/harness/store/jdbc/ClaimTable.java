package dev.graft.harness.store.jdbc;

import dev.graft.harness.store.Owner;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Which process works on which trial. */
final class ClaimTable {
  private final Owner here = Owner.here();

  /**
   * Who works on a trial.
   *
   * @param beat when that process said last that it still does
   */
  record Held(Owner owner, String beat) {}

  /**
   * Takes a trial for this process. Another that is just giving it back is waited for, so that what
   * it found is seen afterwards.
   *
   * @return whether nobody had it
   */
  boolean take(Handle handle, String key) {
    return 1
        == handle.execute(
            "insert into claim (trial_key, host, pid, started, beat) values (?, ?, ?, ?, ?)"
                + " on conflict do nothing",
            key,
            here.host(),
            here.pid(),
            here.started(),
            Instant.now().toString());
  }

  Optional<Held> holder(Handle handle, String key) {
    return handle
        .createQuery("select host, pid, started, beat from claim where trial_key = ?")
        .bind(0, key)
        .map(
            (row, context) ->
                new Held(
                    new Owner(row.getString("host"), row.getLong("pid"), row.getString("started")),
                    row.getString("beat")))
        .findOne();
  }

  /** Frees a trial from a process that has ended, unless another has just done so. */
  void free(Handle handle, String key, Held held) {
    handle.execute(
        "delete from claim where trial_key = ? and host = ? and pid = ? and started = ? and beat = ?",
        key,
        held.owner().host(),
        held.owner().pid(),
        held.owner().started(),
        held.beat());
  }

  /**
   * Gives a trial back.
   *
   * @return whether this process still had it
   */
  boolean giveBack(Handle handle, String key) {
    return 1
        == handle.execute(
            "delete from claim where trial_key = ? and host = ? and pid = ? and started = ?",
            key,
            here.host(),
            here.pid(),
            here.started());
  }

  /** Says that this process still works. */
  int beat(Handle handle) {
    return handle.execute(
        "update claim set beat = ? where host = ? and pid = ? and started = ?",
        Instant.now().toString(),
        here.host(),
        here.pid(),
        here.started());
  }
}
