package dev.graft.merging;

import java.util.List;

/**
 * How far a merged projection is from the unmerged one, over the real tokens of a batch.
 *
 * @param site the projection
 * @param grafts those that its weights hold, in order
 * @param absolute max|merged - unmerged| over all outputs
 * @param relative the same as a share of max|unmerged|
 */
public record MergeError(String site, List<String> grafts, double absolute, double relative) {
  public MergeError {
    grafts = List.copyOf(grafts);
  }
}
