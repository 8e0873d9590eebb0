/** The record of every trial, append-only. Nothing here interprets what it keeps. */
package dev.graft.harness.store;
