package dev.graft.harness.trial;

import dev.graft.harness.measure.gpu.ArithmeticLimit;
import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseCost;
import dev.graft.harness.measure.phase.Work;
import dev.graft.harness.trial.costs.MemoryForecast;
import dev.graft.harness.trial.costs.TrialCosts;
import dev.graft.program.Precision;
import java.util.List;
import java.util.Optional;

/** What a trial on a GPU would have taken, with numbers that are easy to foresee. */
public final class SomeCosts {
  private SomeCosts() {}

  /**
   * Of one seed.
   *
   * @param factor of all time and energy
   */
  public static TrialCosts of(double factor) {
    Costs costs =
        new Costs(
            List.of(
                cost(Phase.SET_UP, factor * 2, 1_200),
                new PhaseCost(
                    Phase.COMPILATION,
                    factor * 0.5,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                cost(Phase.STEPS, factor * 10, 3_500),
                cost(Phase.EVALUATION, factor * 1, 1_500)),
            "peak memory of this process on the GPU",
            Optional.of(500_000_000L),
            "what the whole GPU used",
            Optional.of(new Work(100, 1_600, 32_000, 40_000, 66.9e12, 16, 32)),
            Optional.of(factor * 9.5),
            ArithmeticLimit.of("NVIDIA H100 80GB HBM3", Precision.FLOAT32));
    return new TrialCosts(
        costs, forecast(64, 2_900_000_000L), Optional.of(forecast(32, 900_000_000L)));
  }

  private static PhaseCost cost(Phase phase, double seconds, long megabytes) {
    return new PhaseCost(
        phase,
        seconds,
        Optional.of(megabytes * 1_000_000),
        Optional.of(megabytes * 500_000),
        Optional.of(300 * seconds));
  }

  private static MemoryForecast forecast(int length, long passing) {
    return new MemoryForecast(
        16, length, 1_000_000_000, 20_000_000, 20_000_000, 40_000_000, passing + 20_000_000, 0);
  }
}
