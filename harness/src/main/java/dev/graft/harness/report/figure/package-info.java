/**
 * What a report draws: its numbers as data, and the scripts that draw them, in a page and as
 * pictures. What is found is not decided here.
 */
package dev.graft.harness.report.figure;
