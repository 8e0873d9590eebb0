package dev.graft.harness.cli.options;

import dev.graft.saved.Saved;
import picocli.CommandLine.Option;

/** {@code --any-base}. */
public final class AnyBaseOption {
  @Option(
      names = "--any-base",
      description = "Take an adapter that was made for other weights as well, where it fits.")
  private boolean anyBase;

  public Saved.Base value() {
    return anyBase ? Saved.Base.ANY : Saved.Base.SAME;
  }
}
