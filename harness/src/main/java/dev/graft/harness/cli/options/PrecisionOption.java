package dev.graft.harness.cli.options;

import dev.graft.program.Precision;
import picocli.CommandLine.Option;

/** {@code --precision}. */
public final class PrecisionOption {
  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description =
          "Of the model's weights and of what is computed: float32, bfloat16 or float16."
              + " What is trained keeps 32 bits (default: ${DEFAULT-VALUE}).")
  private Precision precision = Precision.FLOAT32;

  public Precision value() {
    return precision;
  }
}
