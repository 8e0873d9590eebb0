/**
 * Tasks, passages and their examples as they lie on disk or are written by Graft: GLUE folders, TSV
 * files, texts. Nothing here knows a model or a method.
 */
package dev.graft.harness.data;
