/**
 * Trained rows that attention looks at: prefix tuning (Li and Liang, 2021), keys and values in
 * front of those of every attention, and LLaMA-Adapter (Zhang et al., 2023), prompts with a softmax
 * and a gate of their own. Prompt tuning, which trains rows in front of the embeddings, belongs
 * here as well.
 */
package dev.graft.prefix;
