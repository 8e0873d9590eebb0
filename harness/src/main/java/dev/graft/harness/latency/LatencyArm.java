package dev.graft.harness.latency;

import java.util.Optional;

/**
 * One of the programs that are timed.
 *
 * @param name in results
 * @param stack of fresh methods, if it is that
 * @param checkpoint the folder of a saved one, if it is that
 */
public record LatencyArm(String name, Optional<String> stack, Optional<String> checkpoint) {
  /**
   * Methods that were never trained, which costs as much.
   *
   * @param stack as {@link dev.graft.methods.StackSpec} writes it
   */
  public static LatencyArm fresh(String stack) {
    return new LatencyArm(stack, Optional.of(stack), Optional.empty());
  }

  public static LatencyArm saved(String name, String folder) {
    return new LatencyArm(name, Optional.empty(), Optional.of(folder));
  }
}
