package dev.graft.harness.bench;

import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.LatencyTimes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one process found of a figure.
 *
 * @param passes of which each round has the median
 * @param times Graft's as the base and as its twin, those of the other sides as arms
 * @param sides by name, Graft's among them as {@link #GRAFT}
 */
public record FigureTimes(
    Figure figure, int passes, LatencyTimes times, Map<String, SideFacts> sides) {
  /** This library among the sides. */
  public static final String GRAFT = "graft";

  /**
   * What is known of a side besides its times.
   *
   * @param refusal why it did not compute the figure
   * @param seconds until all was loaded and compiled
   * @param difference of what it computed from Graft's numbers, the largest, as a share of the
   *     largest number; 0 for Graft
   * @param held the bytes that it held at most, as {@link HeldMemory} measures them
   * @param allocated the bytes that its allocator had given out at most
   */
  public record SideFacts(
      Optional<String> refusal,
      double seconds,
      double difference,
      Reading held,
      Reading allocated) {}

  public FigureTimes {
    sides = Collections.unmodifiableMap(new LinkedHashMap<>(sides));
  }
}
