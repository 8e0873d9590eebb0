package dev.graft.api;

import dev.graft.api.settings.Settings;
import java.util.Optional;

/**
 * A parameter-efficient method: what a plugin provides. Stateless and found by {@link
 * java.util.ServiceLoader}, so it needs a public constructor without parameters.
 */
public interface PeftMethod {
  /** The version of this contract; a change that breaks plugins raises it. */
  int API_VERSION = 1;

  /**
   * {@return the version of the contract that the plugin was built against} Implementations return
   * {@link #API_VERSION}, which the compiler copies into their class file. It is asked for before
   * anything else.
   */
  int apiVersion();

  /** {@return what the method declares of itself; the same at every call} */
  MethodSpec spec();

  /**
   * Adds the method to a host: declares parameters and puts interventions at sites. Called once for
   * each attachment, before any weight is loaded.
   *
   * @param host the shape and the sites of what is adapted
   * @param settings complete, as {@link MethodSpec#settings()} declares them
   * @param graft an empty one, which this fills
   * @throws dev.graft.GraftException if the settings don't fit the host
   */
  void graft(Host host, Settings settings, Graft graft);

  /**
   * {@return whether rows of one batch may belong to grafts of these two settings} For methods with
   * the trait {@link Trait#PER_ROW}; by default only equal settings share a batch, and others are
   * refused before anything runs. Where other settings are allowed and make tensors of other
   * shapes, the smaller ones are filled up with zeros to the larger, which must change nothing:
   * true of LoRA's ranks, not of LoHa's or of a rotation's blocks.
   *
   * @param one complete settings of this method
   * @param other complete settings of this method, not equal to the first
   */
  default boolean mayShareBatch(Settings one, Settings other) {
    return false;
  }

  /** {@return how adapters of another library are read and written; none by default} */
  default Optional<ForeignFormat> foreignFormat() {
    return Optional.empty();
  }

  /** {@return how several grafts are added up to one; by default they can't be} */
  default Optional<GraftSum> sum() {
    return Optional.empty();
  }
}
