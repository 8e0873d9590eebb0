/**
 * What a host is: its sizes, its sites and the names of its weights, architectures as data, and the
 * tokenizers that belong to it. No pass is recorded here, and no method is known. A new
 * architecture is a line of {@link dev.graft.host.Architecture}, a reader of its {@code
 * config.json}, and what its keys do, in {@code configuration-keys.json}.
 *
 * <p>Applications use it; it is not part of the stable surface and may change between minor
 * versions, as CHANGELOG.md tells. Plugins see a host as {@code dev.graft.api.Host}.
 */
package dev.graft.host;
