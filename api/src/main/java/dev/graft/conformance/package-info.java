/**
 * The checks that every method must pass, on real programs over tiny random hosts: {@link
 * dev.graft.conformance.Conformance} is where to begin. It knows the contract and the host, and no
 * test framework: a check is a name and something to run.
 */
package dev.graft.conformance;
