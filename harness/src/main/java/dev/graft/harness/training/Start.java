package dev.graft.harness.training;

import dev.graft.methods.StackSpec;
import dev.graft.saved.Saved;
import dev.graft.saved.Saved.Base;
import java.nio.file.Path;

/** Where training begins. */
public sealed interface Start {
  /** Fresh parameters. */
  record Fresh(StackSpec stack) implements Start {}

  /**
   * Those of a saved stack or adapter; the optimiser's state is new.
   *
   * @param base for which it may have been made
   */
  record Further(Path folder, Base base) implements Start {
    public Further {
      Saved.require(folder);
    }
  }
}
