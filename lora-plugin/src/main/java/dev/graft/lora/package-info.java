/**
 * LoRA: a low-rank update added to the output of frozen projections (Hu et al., 2021), which can be
 * merged into their weights.
 */
package dev.graft.lora;
