/**
 * A report as text for papers and repositories: tables, findings and how they were found. What is
 * found and how it is worded is not decided here.
 */
package dev.graft.harness.report.paper;
