package dev.graft.harness.study;

import dev.graft.harness.latency.LatencySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trials that answer one question, in the order in which they run.
 *
 * @param latency how the arms are timed afterwards; absent for not at all
 */
public record Study(List<TrialSpec> trials, Optional<LatencySpec> latency) {
  public Study {
    trials = List.copyOf(trials);
  }

  /**
   * Every method with every seed.
   *
   * @param first the model, task, device, precision and recipe of all; its method, seed and
   *     untrained flag aren't used
   * @param untrained whether each trial runs a second time on a host with fresh weights
   */
  public static Study compare(
      TrialSpec first,
      List<String> methods,
      List<Long> seeds,
      boolean untrained,
      Optional<LatencySpec> latency) {
    List<TrialSpec> trials = new ArrayList<>();
    for (boolean fresh : untrained ? List.of(false, true) : List.of(false)) {
      for (String method : methods) {
        for (long seed : seeds) {
          trials.add(
              new TrialSpec(
                  first.model(),
                  first.task(),
                  method,
                  seed,
                  fresh,
                  first.device(),
                  first.precision(),
                  first.recipe()));
        }
      }
    }
    return new Study(trials, latency);
  }
}
