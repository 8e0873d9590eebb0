package dev.graft.transformer;

import dev.graft.api.Schedule;
import dev.graft.program.Tensor;

/**
 * A scalar of a graft that training sets anew for every micro-batch.
 *
 * @param leaf what programs read
 * @param name of the scalar in its graft
 * @param rule which gives its value
 */
public record Scheduled(Tensor leaf, String name, Schedule rule) {}
