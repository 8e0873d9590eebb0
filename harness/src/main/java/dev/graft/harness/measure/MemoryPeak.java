package dev.graft.harness.measure;

import java.util.OptionalLong;

/**
 * The most memory that was in use.
 *
 * @param bytes empty where it could not be measured
 * @param measures what the number counts, or why there is none
 */
public record MemoryPeak(OptionalLong bytes, String measures) {
  /** A peak that was measured. */
  public static MemoryPeak of(long bytes, String measures) {
    return new MemoryPeak(OptionalLong.of(bytes), measures);
  }

  /** None, and why. */
  public static MemoryPeak notAvailable(String reason) {
    return new MemoryPeak(OptionalLong.empty(), "not available: " + reason);
  }
}
