package dev.graft.hub;

import java.nio.file.Path;

/**
 * One commit of a model of the hub, in the cache.
 *
 * @param model the model, pinned to the commit
 * @param folder a Hugging Face directory, not to be changed: other programs share it
 */
public record HubSnapshot(HubModel model, Path folder) {}
