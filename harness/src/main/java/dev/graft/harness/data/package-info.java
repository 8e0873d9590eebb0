/**
 * Tasks, passages and their examples, and the one reader of text. Where examples come from, tables
 * or Graft itself, is the business of the packages inside. Nothing here knows a model or a method.
 */
package dev.graft.harness.data;
