/**
 * Updates of low rank that are added to the output of frozen projections and can be merged into
 * their weights: LoRA (Hu et al., 2021) with its variants PiSSA (Meng et al., 2024) and DoRA (Liu
 * et al., 2024), AdaLoRA (Zhang et al., 2023) and VeRA (Kopiczko et al., 2024). A formula is a
 * record of its own, {@code ...Update}.
 */
package dev.graft.lora;
