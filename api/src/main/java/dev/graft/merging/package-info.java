/**
 * Interventions computed into weights: what of a stack can be, the weights that hold it, and how
 * far they are from the unmerged pass. The base's own weights are never touched; unmerging is
 * closing.
 */
package dev.graft.merging;
