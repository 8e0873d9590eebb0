/**
 * Tasks and their examples, and the model that the harness carries: the embedded task and the
 * embedded model, GLUE folders, tokenising and batching. Nothing here knows a method.
 */
package dev.graft.harness.data;
