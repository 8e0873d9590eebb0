package dev.graft.harness.store.jdbc;

import dev.graft.harness.store.Owner;
import dev.graft.harness.trial.Outcome;
import java.util.Optional;

/** What a look at a trial gives. */
sealed interface Turn {
  /** Its outcome is there. */
  record Known(Outcome outcome) implements Turn {}

  /** This process is to run it. */
  record Mine() implements Turn {}

  /**
   * Another runs it.
   *
   * @param owner empty if it was just given back
   * @param latest the number of the latest outcome that is stored
   */
  record Other(Optional<Owner> owner, long latest) implements Turn {}
}
