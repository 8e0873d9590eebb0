/**
 * Running a stored trial again: finding it, what has changed around it since, and whether the same
 * comes out. How it runs does not belong here.
 */
package dev.graft.harness.replay;
