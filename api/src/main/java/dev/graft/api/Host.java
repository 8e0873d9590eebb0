package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.api.settings.Targets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The frozen, pretrained transformer that is being adapted, as a method sees it: its shape and its
 * sites. No weight need be loaded.
 */
public interface Host {
  /**
   * {@return the architecture's name, the {@code model_type} of its {@code config.json}, such as
   * {@code bert}}
   */
  String architecture();

  /** {@return the number of blocks} */
  int layers();

  /** {@return the width of the residual stream, D} */
  int width();

  /**
   * {@return the projections that a selection names, in the order of the forward pass}
   *
   * @param targets each entry names a projection at least
   * @throws GraftException if an entry names none, with the names that there are
   */
  List<Site.Projection> projections(Targets targets);

  /**
   * {@return which projections each entry of a selection names, in the order of the entries; each
   * list in the order of the forward pass}
   *
   * @param targets each entry names a projection at least
   * @throws GraftException if an entry names none, with the names that there are
   */
  Map<String, List<Site.Projection>> coverage(Targets targets);

  /** {@return the halves of all blocks, in order: attention, then MLP, of each block} */
  List<Site.Sublayer> sublayers();

  /** {@return one site for each block, the lowest first} */
  List<Site.Block> blocks();

  /** {@return the attention of each block, the lowest first} */
  List<Site.Attention> attentions();

  /** {@return the token embeddings} */
  Site.Embeddings embeddings();

  /**
   * {@return the name that the checkpoint, and files of other libraries, give to a module, such as
   * {@code bert.encoder.layer.3.attention.self.query}; empty for a part of a fused projection, and
   * where the host has no such module}
   *
   * @param path of a projection, a norm or the embeddings: {@code layers.3.attention.query}
   */
  Optional<String> moduleName(String path);

  /**
   * {@return the path of the module that a checkpoint calls so, if there is one: the inverse of
   * {@link #moduleName}}
   *
   * @param moduleName in full, with the model's prefix
   */
  Optional<String> path(String moduleName);

  /** {@return all weights of the host, without any task head, in the order of the forward pass} */
  List<HostParameter> parameters();
}
