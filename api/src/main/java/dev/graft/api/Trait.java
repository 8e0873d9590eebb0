package dev.graft.api;

/** A promise of a method that stacks, serving and the conformance kit rely on. */
public enum Trait {
  /** Its interventions at projections can be computed into the host's weights. */
  MERGEABLE,
  /** A fresh graft leaves the host's outputs as they are. */
  IDENTITY_AT_START,
  /** Each row of a batch may use its own parameters. */
  PER_ROW
}
