/**
 * Files: safetensors, Hugging Face directories, and Graft's own record of what a graft holds and
 * how it was made. No method is known here; a method that has a format of its own brings it along.
 */
package dev.graft.checkpoint;
