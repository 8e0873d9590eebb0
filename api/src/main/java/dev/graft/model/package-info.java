/**
 * The host: one transformer, written over recorded tensors, and the tables that tell its
 * architectures apart. Weights are named here but not read; reading files belongs to {@code
 * dev.graft.checkpoint}.
 *
 * <p>Applications embed {@link dev.graft.model.Model}, {@link dev.graft.model.Attachment}, {@link
 * dev.graft.model.Training}, {@link dev.graft.model.Tasks} and what these take and give. None of it
 * is part of the stable surface, which is {@code dev.graft.api}, {@code Tensor} and {@code
 * dev.graft.conformance}: it may change between minor versions, as CHANGELOG.md tells, and plugins
 * must not use it.
 */
package dev.graft.model;
