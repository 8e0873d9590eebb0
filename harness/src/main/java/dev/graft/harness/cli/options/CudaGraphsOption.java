package dev.graft.harness.cli.options;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --cuda-graphs}. */
public final class CudaGraphsOption {
  @Option(
      names = "--cuda-graphs",
      description =
          "On a GPU, capture what is run again with the same shapes as CUDA graphs and replay them.")
  private boolean cudaGraphs;

  public boolean value() {
    return cudaGraphs;
  }

  /** As a latency measurement has it. */
  public Optional<Boolean> asked() {
    return cudaGraphs ? Optional.of(true) : Optional.empty();
  }
}
