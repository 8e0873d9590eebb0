/** Renders what the store holds, as tables and pages. Nothing is measured here. */
package dev.graft.harness.report;
