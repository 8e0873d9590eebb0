package dev.graft.harness.cli.options;

import dev.graft.program.Device.Capture;
import picocli.CommandLine.Option;

/** {@code --cuda-graphs}. */
public final class CudaGraphsOption {
  @Option(
      names = "--cuda-graphs",
      paramLabel = "WHEN",
      description =
          "On a GPU, replay captured passes: auto (the default: those that repeat), on or off.")
  private Capture when = Capture.AUTO;

  public Capture when() {
    return when;
  }
}
