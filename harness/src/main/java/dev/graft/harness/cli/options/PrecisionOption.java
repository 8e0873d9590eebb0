package dev.graft.harness.cli.options;

import dev.graft.program.Precision;
import picocli.CommandLine.Option;

/** {@code --precision}. */
public final class PrecisionOption {
  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description = "float32 (the default), bfloat16 or float16; what is trained keeps 32.")
  private Precision precision = Precision.FLOAT32;

  public Precision value() {
    return precision;
  }
}
