package dev.graft.harness.job;

import dev.graft.GraftException;

/** That work was interrupted, of which everything that is done is kept. */
public final class Interruption {
  private Interruption() {}

  /** What a user is told. */
  public static GraftException by(Exception cause) {
    return told().causedBy(cause);
  }

  /** The same, where nothing was thrown. */
  public static GraftException told() {
    return GraftException.machine("The study was interrupted.")
        .remedy("what is done is kept: start it again with the same output");
  }
}
