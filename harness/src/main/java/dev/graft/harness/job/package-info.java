/**
 * Work in a process of its own, so that what ends it ends nothing else: starting one, the folder by
 * which both sides talk, and how far a job is. What the work is does not belong here.
 */
package dev.graft.harness.job;
