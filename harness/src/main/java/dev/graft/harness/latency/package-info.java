/**
 * The instrument that times forward passes: a host alone and with methods on it, in several
 * processes, one after the other. How times are judged is for the measuring package.
 */
package dev.graft.harness.latency;
