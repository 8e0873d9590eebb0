/**
 * The command line: a class a command, exit codes, and the results that are printed. With the
 * packages below it the only one that knows picocli or standard output; what a command does is
 * decided elsewhere.
 */
package dev.graft.harness.cli;
