/**
 * Prefix tuning (Li and Liang, 2021): trained keys and values in front of those of every attention.
 * Prompt tuning, which trains rows in front of the embeddings, belongs here as well.
 */
package dev.graft.prefix;
