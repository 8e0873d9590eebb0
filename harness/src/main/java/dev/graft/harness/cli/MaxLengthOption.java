package dev.graft.harness.cli;

import dev.graft.harness.experiment.Recipe;
import picocli.CommandLine.Option;

/** {@code --max-length}. */
final class MaxLengthOption {
  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "Tokens at which longer texts are cut (default: ${DEFAULT-VALUE}).")
  private Integer maxLength = Recipe.DEFAULT.maxLength();

  /** The length, which the recipe's rule was put to. */
  int value() {
    return Recipe.DEFAULT.withMaxLength(maxLength).maxLength();
  }
}
