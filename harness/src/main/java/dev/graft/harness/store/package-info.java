/**
 * How outcomes and measurements are kept for good, and found again: in a database, SQLite's or
 * PostgreSQL's. Nothing here interprets what it keeps.
 */
package dev.graft.harness.store;
