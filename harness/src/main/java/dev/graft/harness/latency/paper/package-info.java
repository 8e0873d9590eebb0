/**
 * Latency measurements that papers published: what they timed and what they found. The numbers are
 * data beside the code; how they are measured again is for the instrument.
 */
package dev.graft.harness.latency.paper;
