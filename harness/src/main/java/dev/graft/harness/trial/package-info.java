/**
 * One trial: what is asked, its process, the folder that keeps it, and what came of it. Which
 * trials there are and in which order they run does not belong here.
 */
package dev.graft.harness.trial;
