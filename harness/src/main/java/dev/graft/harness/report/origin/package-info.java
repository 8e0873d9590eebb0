/**
 * How the numbers of a report were obtained: what its columns mean, what was done and tested, and
 * which settings were tried. What was found is not told here.
 */
package dev.graft.harness.report.origin;
