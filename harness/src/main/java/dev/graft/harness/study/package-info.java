/**
 * Studies: the arms that are compared, how each is tuned, the order of the trials, and what came of
 * them all. How one trial runs does not belong here.
 */
package dev.graft.harness.study;
