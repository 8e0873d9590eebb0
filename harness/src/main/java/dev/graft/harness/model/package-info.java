/**
 * Models at hand, with or without a saved adapter: the one that the harness carries, shapes to plan
 * for, adapters opened on their models, asked, merged, exported, looked into. Training does not
 * belong here.
 */
package dev.graft.harness.model;
