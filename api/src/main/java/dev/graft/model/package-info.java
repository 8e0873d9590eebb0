/**
 * The host: one transformer, written over recorded tensors, and the tables that tell its
 * architectures apart. Weights are named here but not read; reading files belongs to {@code
 * dev.graft.checkpoint}.
 */
package dev.graft.model;
