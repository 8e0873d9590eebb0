package dev.graft.transformer;

import dev.graft.api.ProjectionIntervention.Affine;

/**
 * A projection whose first interventions are in the weights already.
 *
 * @param map the leaves that stand for the merged weights
 * @param count how many interventions they hold
 */
public record MergedProjection(Affine map, int count) {}
