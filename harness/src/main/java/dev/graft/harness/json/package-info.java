/**
 * Records as JSON, on lines and on pages: the form in which they are kept, and passed between
 * processes. Nothing here interprets what it writes.
 */
package dev.graft.harness.json;
