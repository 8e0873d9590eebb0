package dev.graft.harness.cli.terminal;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * Where the command line reads and writes.
 *
 * @param in texts, where no argument gives them
 * @param out results
 * @param err progress and errors
 * @param isInteractive whether {@code err} is a screen on which a line can be written anew
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean isInteractive) {}
