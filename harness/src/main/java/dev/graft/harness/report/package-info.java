/**
 * How numbers and tables are written, whatever they are of: units, the scale of a metric, columns.
 * Nothing is measured or read here, nor in the packages below it.
 */
package dev.graft.harness.report;
