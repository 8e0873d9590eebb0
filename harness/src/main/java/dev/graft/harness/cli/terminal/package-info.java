/**
 * Where the command line reads and writes, and how a screen or a log shows that something gets on.
 * Results are not printed here.
 */
package dev.graft.harness.cli.terminal;
