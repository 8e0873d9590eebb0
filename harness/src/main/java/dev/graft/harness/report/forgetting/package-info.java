/**
 * What training made models forget, over the seeds of an arm: what is claimed of it, in numbers and
 * in words. How it is measured does not belong here.
 */
package dev.graft.harness.report.forgetting;
