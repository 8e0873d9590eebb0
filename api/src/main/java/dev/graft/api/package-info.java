/**
 * The contract between a parameter-efficient method and the host that it adapts: methods, grafts,
 * sites, interventions and settings. A plugin author needs this package and {@code
 * dev.graft.program}, and nothing else. No type of an engine belongs here, and no method.
 */
package dev.graft.api;
