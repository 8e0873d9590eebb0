/**
 * Trained rows that attention looks at: prefix tuning (Li and Liang, 2021), keys and values in
 * front of those of every attention; prompt tuning (Lester et al., 2021), rows in front of the
 * embeddings; and LLaMA-Adapter (Zhang et al., 2023), prompts with a softmax and a gate of their
 * own.
 */
package dev.graft.prefix;
