/**
 * Tasks out of tables: CSV, TSV and JSON lines, which columns hold the texts and the label, GLUE's
 * layouts and task.yaml among the ways to tell. Nothing here knows a model.
 */
package dev.graft.harness.data.table;
