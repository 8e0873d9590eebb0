/**
 * {@code graft bench growth}: time and memory of Graft as one size grows and all others stay,
 * beside what the plan says of it.
 */
package dev.graft.harness.bench.growth;
