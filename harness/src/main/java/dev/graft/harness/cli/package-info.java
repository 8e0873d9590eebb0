/**
 * The command line: options, progress, exit codes, and all that is printed. The only package that
 * knows picocli or standard output; what a command does is decided elsewhere.
 */
package dev.graft.harness.cli;
