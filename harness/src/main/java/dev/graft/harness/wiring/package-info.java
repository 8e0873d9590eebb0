/**
 * Puts the harness together: the modules of the injector, and the discovery of plugins. The only
 * package that knows Guice.
 */
package dev.graft.harness.wiring;
