/**
 * What each phase of a training takes: time, memory, energy, and how much work is done in it. What
 * a device says of itself is asked in the package {@code gpu}; which phase it is is said by whoever
 * is in it.
 */
package dev.graft.harness.measure.phase;
