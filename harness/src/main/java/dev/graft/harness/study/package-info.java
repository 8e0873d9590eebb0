/**
 * Studies and their trials: what is asked, the folder that keeps it, the runner, and what came of
 * it. How one model is trained does not belong here.
 */
package dev.graft.harness.study;
