package dev.graft.harness.store;

import dev.graft.GraftException;

/**
 * A kind of store, told from others by how its addresses look. A JAR brings one as a service of
 * this type, made by its constructor without parameters.
 */
public interface StoreKind {
  /**
   * Whether an address is one of this kind. Addresses begin with {@code jdbc:} or a scheme and
   * {@code ://}; what does not is a file's name.
   */
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
