package dev.graft.harness.measure.latency;

import dev.graft.harness.measure.Numbers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was timed in one process, in milliseconds, one number a round: numbers at one index are of
 * one round.
 *
 * @param base the base
 * @param twin a second copy of the base, timed as if it were an arm
 * @param arms by name, in the order in which they were given
 * @param warmUpRounds how many rounds went before, untold here
 * @param steady whether the steady state was found before the time for it ran out
 */
public record LatencyTimes(
    List<Double> base,
    List<Double> twin,
    Map<String, List<Double>> arms,
    int warmUpRounds,
    boolean steady) {

  public LatencyTimes {
    base = Numbers.copyOf(base);
    twin = Numbers.copyOf(twin);
    Map<String, List<Double>> copies = new LinkedHashMap<>();
    arms.forEach((name, times) -> copies.put(name, Numbers.copyOf(times)));
    arms = Collections.unmodifiableMap(copies);
    int rounds = base.size();
    if (rounds == 0
        || twin.size() != rounds
        || copies.values().stream().anyMatch(times -> times.size() != rounds)) {
      throw new IllegalArgumentException("not a time a round of each arm");
    }
  }

  /** How many rounds were timed. */
  public int rounds() {
    return base.size();
  }
}
