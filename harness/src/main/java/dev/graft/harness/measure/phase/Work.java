package dev.graft.harness.measure.phase;

/**
 * What was done in the steps of a training.
 *
 * @param tokens that are no padding
 * @param padded all places of the batches, those of padding too
 * @param flops floating-point operations of forward and backward, by the recorded program and the
 *     sizes of the batches, padding included; those of the optimiser are left out
 * @param rows of the largest batch: the one with the most places
 * @param length of the same
 */
public record Work(
    int steps, long examples, long tokens, long padded, double flops, int rows, int length) {}
