package dev.graft.harness.cli.options;

import dev.graft.harness.training.Recipe;
import picocli.CommandLine.Option;

/** {@code --max-length}. */
public final class MaxLengthOption {
  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "Tokens at which longer texts are cut (default: ${DEFAULT-VALUE}).")
  private Integer maxLength = Recipe.DEFAULT.maxLength();

  /** The length, which the recipe's rule was put to. */
  public int value() {
    return Recipe.DEFAULT.withMaxLength(maxLength).maxLength();
  }
}
