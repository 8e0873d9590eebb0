package dev.graft.api;

import dev.graft.api.AttentionIntervention.KeysValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Which projections each entry of a selection names, in the order of the entries. */
  Map<String, List<Site.Projection>> coverage(Targets targets);

  /** Two for each block: attention, then MLP. */
  List<Site.Sublayer> sublayers();

  List<Site.Block> blocks();

  List<Site.Attention> attentions();

  Site.Embeddings embeddings();

  /**
   * The name that the checkpoint, and files of other libraries, give to a module, such as {@code
   * bert.encoder.layer.3.attention.self.query}; empty for a part of a fused projection.
   */
  Optional<String> moduleName(String path);

  /** The path of the module that a checkpoint calls so. */
  Optional<String> path(String moduleName);

  /**
   * What each attention computes for a text on its own, to begin virtual keys and values from: (1,
   * key-value heads, tokens, head width) each, in the order of {@link #attentions()}, after any
   * rotation.
   *
   * @param tokens ids in the host's vocabulary
   */
  List<KeysValues> keysValues(List<Long> tokens);

  /** All weights of the host, without any task head. */
  List<HostParameter> parameters();
}
