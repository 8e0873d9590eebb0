/**
 * What a study will take before it runs: parameters and memory from plans, time from a few steps
 * that are really run. What it took belongs to its results.
 */
package dev.graft.harness.study.forecast;
