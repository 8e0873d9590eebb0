package dev.graft.api;

/** A promise of a method that stacks, serving and the conformance kit rely on. */
public enum Trait {
  /** Its interventions at projections can be computed into the host's weights. */
  MERGEABLE,
  /** A fresh graft leaves the host's outputs as they are. */
  IDENTITY_AT_START,
  /**
   * Each row of a batch may use its own parameters, unfrozen weights apart. {@link
   * PeftMethod#graft} is then called with other tensors than it declares: (B, m, n) for one of
   * shape (m, n), (B, 1, n) for (n) and (B, 1, 1) for a scalar. All rows have the same settings,
   * unless {@link PeftMethod#mayShareBatch} allows others: then some sizes may be larger than
   * declared, filled up with zeros. Interventions are at projections, sublayers, blocks and the
   * embeddings only, and put no rows in front. Nothing is trained then: what is only for training,
   * such as {@link Graft#afterStep}, is to be left out where a tensor has another rank than its
   * declared shape.
   */
  PER_ROW
}
