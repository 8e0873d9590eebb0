/**
 * The one training run: recipe, schedule, loop, and the provenance of what is saved. It knows no
 * method, and not whether a command or a study asked for it.
 */
package dev.graft.harness.training;
