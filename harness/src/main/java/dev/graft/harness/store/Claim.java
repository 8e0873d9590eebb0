package dev.graft.harness.store;

import dev.graft.harness.trial.Outcome;
import java.util.Optional;

/**
 * A trial that was asked for: either its outcome is known, or it is for this process to find, and
 * no other runs it until this is closed.
 */
public interface Claim extends AutoCloseable {
  /** What is stored, or was found elsewhere meanwhile. */
  Optional<Outcome> known();

  /** Stores what this process found. */
  void keep(Outcome outcome);

  /** Leaves the trial to others, if nothing was found. */
  @Override
  void close();
}
