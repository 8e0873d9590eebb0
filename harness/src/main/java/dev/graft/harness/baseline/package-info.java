/**
 * The methods that others are compared with, which add nothing to a host: full fine-tuning, its top
 * blocks, BitFit, and the task head alone. Ordinary methods, found as plugins are; nothing else
 * belongs here.
 */
package dev.graft.harness.baseline;
