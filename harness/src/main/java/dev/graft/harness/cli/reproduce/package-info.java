/** {@code graft reproduce}: experiments of papers, run again. What they are is for others. */
package dev.graft.harness.cli.reproduce;
