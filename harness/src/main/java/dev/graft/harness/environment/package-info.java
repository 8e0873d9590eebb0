/**
 * What a result depends on beside what was asked for: data, weights, plugins, versions, machine.
 * How it is written down with a result does not belong here.
 */
package dev.graft.harness.environment;
