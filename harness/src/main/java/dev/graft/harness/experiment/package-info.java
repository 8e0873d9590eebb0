/**
 * Studies and trials: turns a study into trials and trains each of them. The training loop knows no
 * method.
 */
package dev.graft.harness.experiment;
