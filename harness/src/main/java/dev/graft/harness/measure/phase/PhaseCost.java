package dev.graft.harness.measure.phase;

import java.util.Optional;

/**
 * What one phase took, all its parts together.
 *
 * @param seconds in which nothing else was done
 * @param peak the most memory in it, in bytes; absent where the mark of an earlier phase was not
 *     passed and could not be set back
 * @param kept bytes that were still in use when it ended for the last time
 * @param joules of the whole device, by its counter
 */
public record PhaseCost(
    Phase phase,
    double seconds,
    Optional<Long> peak,
    Optional<Long> kept,
    Optional<Double> joules) {}
