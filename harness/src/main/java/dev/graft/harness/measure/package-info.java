/** Timing, counting and the statistics of both. The only package that knows Commons Math. */
package dev.graft.harness.measure;
