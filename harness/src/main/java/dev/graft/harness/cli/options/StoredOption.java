package dev.graft.harness.cli.options;

import picocli.CommandLine.Option;

/** {@code --store} of commands that read what studies have stored. */
public final class StoredOption {
  @Option(
      names = "--store",
      paramLabel = "STORE",
      description =
          "A file, the folder of a study, a folder with such folders, or"
              + " jdbc:postgresql://HOST/DATABASE (default: ${DEFAULT-VALUE}).")
  private String store = "results";

  /** As {@link dev.graft.harness.store.Stores#existing} takes it. */
  public String name() {
    return store;
  }
}
