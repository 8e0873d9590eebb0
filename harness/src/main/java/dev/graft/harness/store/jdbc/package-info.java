/** Stores in databases, SQLite's or PostgreSQL's: tables, claims, and how versions become newer. */
package dev.graft.harness.store.jdbc;
