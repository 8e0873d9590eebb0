/**
 * A host with its weights, and stacks with values on it: attaching, training, merging, asking, and
 * plans of what that costs. Reading and writing stacks belongs to {@code dev.graft.saved}.
 *
 * <p>Applications embed {@link dev.graft.model.Model}, {@link dev.graft.model.Attachment} and
 * {@link dev.graft.model.Training}. None of it is part of the stable surface, which is {@code
 * dev.graft.api}, {@code Tensor} and {@code dev.graft.conformance}: it may change between minor
 * versions, as CHANGELOG.md tells, and plugins must not use it.
 */
package dev.graft.model;
