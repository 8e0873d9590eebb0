/**
 * Timing, counting, memory, metrics, and the statistics of all of them. The only package that knows
 * Commons Math; nothing here trains or prints.
 */
package dev.graft.harness.measure;
