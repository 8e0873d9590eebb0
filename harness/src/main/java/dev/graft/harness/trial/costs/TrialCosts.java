package dev.graft.harness.trial.costs;

import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseCost;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the process of a trial took, and what was forecast of its memory.
 *
 * @param forecast for full batches of the longest texts, as it is known before a trial runs
 * @param met for the largest batch that was trained on; absent if there was no step
 */
public record TrialCosts(Costs measured, MemoryForecast forecast, Optional<MemoryForecast> met) {
  /** The most memory of the training steps that a forecast is of: without a GPU's context. */
  public Optional<Long> trainingBytes() {
    return measured
        .of(Phase.STEPS)
        .flatMap(PhaseCost::peak)
        .map(peak -> peak - measured.context().orElse(0L));
  }

  /** How many times the forecast for the largest batch it was; 1 is as forecast. */
  public Optional<Double> ratio() {
    return trainingBytes().flatMap(bytes -> met.map(plan -> (double) bytes / plan.bytes()));
  }

  /** All numbers that are there, by names for columns. */
  public Map<String, Double> numbers() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (PhaseCost cost : measured.phases()) {
      String name = cost.phase().name().toLowerCase(Locale.ROOT);
      numbers.put(name + "_seconds", cost.seconds());
      cost.peak().ifPresent(bytes -> numbers.put(name + "_peak_bytes", (double) bytes));
      cost.kept().ifPresent(bytes -> numbers.put(name + "_kept_bytes", (double) bytes));
      cost.joules().ifPresent(joules -> numbers.put(name + "_joules", joules));
    }
    measured.context().ifPresent(bytes -> numbers.put("context_bytes", (double) bytes));
    numbers.put("forecast_bytes", (double) forecast.bytes());
    met.ifPresent(plan -> numbers.put("forecast_bytes_of_largest_batch", (double) plan.bytes()));
    ratio().ifPresent(ratio -> numbers.put("memory_by_forecast", ratio));
    measured
        .work()
        .ifPresent(
            work -> {
              numbers.put("measured_steps", (double) work.steps());
              numbers.put("trained_examples", (double) work.examples());
              numbers.put("trained_tokens", (double) work.tokens());
              numbers.put("padded_tokens", (double) work.padded());
              numbers.put("training_flops", work.flops());
            });
    measured.examplesPerSecond().ifPresent(rate -> numbers.put("examples_per_second", rate));
    measured.tokensPerSecond().ifPresent(rate -> numbers.put("tokens_per_second", rate));
    measured.flopsPerSecond().ifPresent(rate -> numbers.put("flops_per_second", rate));
    measured.shareOfLimit().ifPresent(share -> numbers.put("share_of_arithmetic_limit", share));
    measured.waiting().ifPresent(share -> numbers.put("share_of_waiting", share));
    measured.joulesPerStep().ifPresent(joules -> numbers.put("joules_per_step", joules));
    return numbers;
  }
}
