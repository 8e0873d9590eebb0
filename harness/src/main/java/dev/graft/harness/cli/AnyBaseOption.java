package dev.graft.harness.cli;

import picocli.CommandLine.Option;

/** {@code --any-base}. */
final class AnyBaseOption {
  @Option(
      names = "--any-base",
      description = "Take an adapter that was made for other weights as well, where it fits.")
  private boolean anyBase;

  boolean value() {
    return anyBase;
  }
}
