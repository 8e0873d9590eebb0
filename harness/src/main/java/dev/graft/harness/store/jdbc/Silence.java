package dev.graft.harness.store.jdbc;

import java.time.Duration;

/**
 * Judges whether who works on a trial has died: a process of this machine is looked for, and one
 * elsewhere must have said nothing for long, by the clock of who waits for it.
 */
final class Silence {
  private final Duration patience;
  private String lastBeat = "";
  private long heard;

  Silence(Duration patience) {
    this.patience = patience;
  }

  /** Whether the holder of a claim, as it was read just now, is dead. */
  boolean meansDeath(ClaimTable.Held held) {
    if (!held.beat().equals(lastBeat)) {
      lastBeat = held.beat();
      heard = System.nanoTime();
    }
    return held.owner().isKnownToBeGone() || System.nanoTime() - heard > patience.toNanos();
  }
}
