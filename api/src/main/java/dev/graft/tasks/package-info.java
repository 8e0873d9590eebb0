/**
 * Many tasks on one model: switching between them, batches whose rows belong to different tasks,
 * and sums. {@link dev.graft.tasks.Tasks} is where to begin.
 */
package dev.graft.tasks;
