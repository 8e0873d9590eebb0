package dev.graft.harness.store;

import dev.graft.GraftException;

/** A kind of store, told from others by how its addresses look. */
public interface StoreKind {
  /** Whether an address is one of this kind. */
  boolean takes(String address);

  /** How its addresses look. */
  String addresses();

  /**
   * Opens a store, or makes a new one.
   *
   * @throws GraftException if it can't be used
   */
  TrialStore open(String address);
}
