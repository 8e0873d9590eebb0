/**
 * What an NVIDIA GPU says of itself: time between events, kernels that are launched, energy, clocks
 * and temperature. Libraries of CUDA are called where the process has them; where one is missing,
 * what it would tell is absent, with the reason.
 */
package dev.graft.harness.measure.gpu;
