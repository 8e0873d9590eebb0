/**
 * The contract between a parameter-efficient method and the host that it adapts: methods, grafts,
 * sites and interventions, and in {@code dev.graft.api.settings} their settings. A plugin author
 * needs these packages, the tensors of {@code dev.graft.program} and, in tests, {@code
 * dev.graft.conformance}. No type of an engine belongs here, and no method. A change that breaks
 * plugins raises {@link dev.graft.api.PeftMethod#API_VERSION}.
 */
package dev.graft.api;
