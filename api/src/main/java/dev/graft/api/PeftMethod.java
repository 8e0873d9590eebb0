package dev.graft.api;

import dev.graft.GraftException;
import java.util.Set;

/**
 * A parameter-efficient method: what a plugin provides. Stateless and found by {@link
 * java.util.ServiceLoader}, so it needs a public constructor without parameters.
 */
public interface PeftMethod {
  /** The version of this contract; a change that breaks plugins raises it. */
  int API_VERSION = 1;

  /**
   * {@return the name in commands and files: lower-case words joined by hyphens, such as {@code
   * lora}}
   */
  String name();

  /**
   * {@return one line that says what is trained and whose idea it is, for lists of methods; may be
   * empty}
   */
  default String summary() {
    return "";
  }

  /**
   * {@return the version of the contract that the plugin was built against} Implementations return
   * {@link #API_VERSION}, which the compiler copies into their class file.
   */
  int apiVersion();

  /** {@return the settings, declared once for files, commands and documentation} */
  SettingsSpec settings();

  /**
   * {@return what the method promises beyond the rules that hold for all; the conformance kit
   * checks it}
   */
  Set<Trait> traits();

  /**
   * {@return a learning rate of AdamW to begin with where the user names none: one that serves a
   * host of some tens of millions of weights for an epoch or two} Larger hosts and longer training
   * want smaller ones. In a stack each graft is trained at the rate of its own method.
   */
  default double learningRate() {
    return 5e-4;
  }

  /**
   * Adds the method to a host: declares parameters and puts interventions at sites. Called once for
   * each attachment, before any weight is loaded.
   *
   * @param host the shape and the sites of what is adapted
   * @param settings complete, as {@link #settings()} declares them
   * @param graft an empty one, which this fills
   * @throws GraftException if the settings don't fit the host
   */
  void graft(Host host, Settings settings, Graft graft);
}
