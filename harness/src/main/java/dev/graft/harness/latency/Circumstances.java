package dev.graft.harness.latency;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where and how a process measured.
 *
 * @param machine versions and hardware, which do not change
 * @param before clocks, temperature and what else changes, before the first round
 * @param after the same after the last
 */
public record Circumstances(
    Map<String, String> machine, Map<String, String> before, Map<String, String> after) {
  public Circumstances {
    machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
    after = Collections.unmodifiableMap(new LinkedHashMap<>(after));
  }
}
