/**
 * What every part of Graft speaks of: failures that users can act on, names that users type, and
 * seeds that follow from one. Nothing else belongs here; it knows only the JDK.
 */
package dev.graft;
