/**
 * What a command shows of one thing, as lines for a screen and as the record that is its JSON: a
 * plan, an inspection, a training, an answer, the methods, a forecast. What studies found is not
 * shown here.
 */
package dev.graft.harness.report.text;
