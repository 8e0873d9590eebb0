/**
 * The transformer, recorded: a stack of grafts on a host, the pass of tokens through both, and what
 * a task head makes of it. No value and no file exists here. Whatever grafts do at a kind of site
 * is recorded by {@link dev.graft.transformer.Interventions} and nowhere else.
 *
 * <p>Applications meet {@link dev.graft.transformer.Stack} and {@link
 * dev.graft.transformer.TaskHead}. It is not part of the stable surface and may change between
 * minor versions, as CHANGELOG.md tells.
 */
package dev.graft.transformer;
