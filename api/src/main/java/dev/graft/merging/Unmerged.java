package dev.graft.merging;

/**
 * What stays beside the weights after merging.
 *
 * @param graft whose intervention it is
 * @param site where it acts
 * @param reason why it can't be merged
 */
public record Unmerged(String graft, String site, String reason) {}
