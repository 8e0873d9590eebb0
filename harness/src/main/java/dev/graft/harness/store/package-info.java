/**
 * How outcomes, measurements and studies are kept for good, and found again: what a store is, and
 * what opens one. Nothing here interprets what it keeps.
 */
package dev.graft.harness.store;
