/**
 * Times forward passes in one process, and says what the times of several processes show. What
 * passes there are is for others.
 */
package dev.graft.harness.measure.latency;
