/**
 * A host with its grafts as DJL sees networks: a {@code Block}, and a {@code Translator} for it.
 */
package dev.graft.djl;
