/**
 * Stored trials as a table for people and as files for other programs. What a study says as a whole
 * does not belong here.
 */
package dev.graft.harness.report.runs;
