package dev.graft.harness.cli;

import java.io.PrintStream;

/**
 * Where the command line writes.
 *
 * @param out results
 * @param err progress and errors
 * @param isInteractive whether {@code err} is a screen on which a line can be written anew
 */
record Terminal(PrintStream out, PrintStream err, boolean isInteractive) {}
