/**
 * Stacks on disk: Graft's own folders, PEFT's and AdapterHub's adapters, and whole models as
 * Hugging Face folders and TorchScript. {@link dev.graft.saved.Saved} is the way in and out. No
 * method is known here; one that has files of another library brings its format along. A new format
 * of files begins here. The record of a saved stack carries the version of its format.
 */
package dev.graft.saved;
