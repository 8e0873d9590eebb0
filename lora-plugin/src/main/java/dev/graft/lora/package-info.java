/**
 * Updates of low rank that are added to the output of frozen projections and can be merged into
 * their weights: LoRA (Hu et al., 2021), AdaLoRA (Zhang et al., 2023) and VeRA (Kopiczko et al.,
 * 2024).
 */
package dev.graft.lora;
