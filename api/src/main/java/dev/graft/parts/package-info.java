/**
 * What JARs bring, found by their service files: parts of any kind by their names, and the reasons
 * why some can't be used. What the parts do does not belong here.
 */
package dev.graft.parts;
