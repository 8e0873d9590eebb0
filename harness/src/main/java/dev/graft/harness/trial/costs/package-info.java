/**
 * What a trial took beside what was forecast of it. How it is measured belongs to {@code
 * measure.phase}, and which trial it is to the package around this one.
 */
package dev.graft.harness.trial.costs;
