package dev.graft.harness.cli.options;

import picocli.CommandLine.Option;

/** {@code --store} of commands that read what studies have stored. */
public final class StoredOption {
  @Option(
      names = "--store",
      paramLabel = "STORE",
      description =
          "A study.db, a study's folder, a folder of such folders, or"
              + " jdbc:postgresql://HOST/DB (default: ${DEFAULT-VALUE}).")
  private String store = "results";

  /** As {@link dev.graft.harness.store.Stores#existing} takes it. */
  public String name() {
    return store;
  }
}
