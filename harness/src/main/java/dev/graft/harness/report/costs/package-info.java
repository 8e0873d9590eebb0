/**
 * What the trials of an arm took, phase by phase: numbers, and tables for people. What is measured
 * belongs to {@code measure.phase}; which of it is worth a sentence is not decided here.
 */
package dev.graft.harness.report.costs;
