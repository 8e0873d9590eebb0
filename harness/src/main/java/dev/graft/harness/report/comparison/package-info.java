/**
 * The report of a study: its trials by method, what may be said of them, and the tables, chart,
 * page and files that show it.
 */
package dev.graft.harness.report.comparison;
