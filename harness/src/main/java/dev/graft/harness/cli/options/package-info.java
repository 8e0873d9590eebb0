/**
 * Options that several commands share, and how the values of options are read. What a command does
 * with them does not belong here.
 */
package dev.graft.harness.cli.options;
