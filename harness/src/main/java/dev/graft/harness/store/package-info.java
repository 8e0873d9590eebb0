/**
 * How records are kept: JSON, and files of lines that only grow. Nothing here interprets what it
 * keeps.
 */
package dev.graft.harness.store;
