package dev.graft.harness.training;

import dev.graft.api.StackSpec;
import dev.graft.harness.model.AdaptedModel;
import java.nio.file.Path;

/** Where training begins. */
public sealed interface Start {
  /** Fresh parameters. */
  record Fresh(StackSpec stack) implements Start {}

  /**
   * Those of a saved stack or adapter; the optimiser's state is new.
   *
   * @param anyBase whether one that was made for other weights is taken
   */
  record Saved(Path folder, boolean anyBase) implements Start {
    public Saved {
      AdaptedModel.requireAdapter(folder);
    }
  }
}
