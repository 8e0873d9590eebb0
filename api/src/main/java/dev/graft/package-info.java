/**
 * What every part of Graft speaks of: failures that users can act on, and help for names that were
 * mistyped. Nothing else belongs here; it knows only the JDK.
 */
package dev.graft;
