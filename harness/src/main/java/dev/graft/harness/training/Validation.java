package dev.graft.harness.training;

/**
 * The quality on the validation split while training goes on.
 *
 * @param step after so many steps
 * @param value of the objective's first metric
 */
public record Validation(int step, double value) {}
