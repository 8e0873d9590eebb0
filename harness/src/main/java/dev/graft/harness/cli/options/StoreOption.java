package dev.graft.harness.cli.options;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --store}: where the trials of a study are kept. */
public final class StoreOption {
  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = "Keeps trials: a file or jdbc:postgresql://HOST/DB (default: study.db).")
  private Optional<String> store = Optional.empty();

  /** What the user named. */
  public Optional<String> address() {
    return store;
  }
}
