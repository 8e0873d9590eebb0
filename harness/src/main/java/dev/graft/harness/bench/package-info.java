/**
 * {@code graft bench}: Graft beside another library on the same machine, weights and batches. How
 * times are compared is in {@code measure}; what is shown is in {@code report}.
 */
package dev.graft.harness.bench;
