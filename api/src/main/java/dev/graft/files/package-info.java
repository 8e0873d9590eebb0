/**
 * Files as such: JSON with errors that name the file, the index of sharded checkpoints, files and
 * folders that are written whole or not at all. What a file means belongs to the packages above.
 */
package dev.graft.files;
