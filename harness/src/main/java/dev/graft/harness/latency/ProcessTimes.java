package dev.graft.harness.latency;

import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.latency.LatencyTimes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one process found at one size of batch.
 *
 * @param times that a caller waits
 * @param costs on the device, by arm; the base's by {@link #BASE}
 */
public record ProcessTimes(
    LatencySpec.Size size, LatencyTimes times, Map<String, DeviceCost> costs) {
  /** The base among the arms. */
  public static final String BASE = "base";

  public ProcessTimes {
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
  }
}
