/**
 * Files as such: JSON with errors that name the file, the names of files of weights, their index
 * and tokenizers, whether weights are quantised, parts of files, files and folders that are written
 * whole or not at all. What a file means belongs to the packages above.
 */
package dev.graft.files;
