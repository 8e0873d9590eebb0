/**
 * Timing, counting, memory, metrics, and their intervals; what may be claimed from them is in the
 * package below. The only packages that know Commons Math; nothing here trains or prints.
 */
package dev.graft.harness.measure;
