/**
 * Files: safetensors, Hugging Face directories, and Graft's own record of what a graft holds and
 * how it was made. No method is known here; a method that has a format of its own brings it along.
 *
 * <p>Applications open models with {@link dev.graft.checkpoint.ModelDirectory}. None of this
 * package is part of the stable surface, which is {@code dev.graft.api}, {@code Tensor} and {@code
 * dev.graft.conformance}: it may change between minor versions, as CHANGELOG.md tells, and plugins
 * must not use it. The record of a saved stack carries the version of its format.
 */
package dev.graft.checkpoint;
