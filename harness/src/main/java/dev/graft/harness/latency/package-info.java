/**
 * Times finished checkpoints against their host, all in one process. How times are taken and judged
 * is for the measuring package.
 */
package dev.graft.harness.latency;
