/**
 * Tasks and their examples: the embedded task, GLUE folders, tokenising and batching. Nothing here
 * knows a method or a model.
 */
package dev.graft.harness.data;
