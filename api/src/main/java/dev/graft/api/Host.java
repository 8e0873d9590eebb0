package dev.graft.api;

import java.util.List;

/**
 * The frozen, pretrained transformer that is being adapted, as a method sees it: its shape and its
 * sites. No weight need be loaded.
 */
public interface Host {
  /** The architecture's name, such as {@code bert}. */
  String architecture();

  /** The number of blocks. */
  int layers();

  /** The width of the residual stream. */
  int width();

  /** The projections that a selection names, in the order of the forward pass. */
  List<Site.Projection> projections(Targets targets);

  /** Two for each block: attention, then MLP. */
  List<Site.Sublayer> sublayers();

  List<Site.Block> blocks();

  List<Site.Attention> attentions();

  Site.Embeddings embeddings();

  /** All weights of the host, without any task head. */
  List<HostParameter> parameters();
}
