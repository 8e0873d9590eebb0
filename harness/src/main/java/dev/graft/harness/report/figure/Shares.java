package dev.graft.harness.report.figure;

import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.costs.ArmCosts;
import dev.graft.harness.trial.costs.MemoryForecast;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a measured whole is made of, by name and in the order in which it is shown. */
final class Shares {
  private Shares() {}

  /**
   * The peak of training: what the plan knows exactly, and the rest that was measured; of trials of
   * earlier versions, which have no plan, the whole. Empty where no peak was measured.
   */
  static Map<String, Long> memory(Contender contender) {
    Map<String, Long> shares = new LinkedHashMap<>();
    contender
        .memory()
        .ifPresent(
            peak -> {
              long left = peak;
              if (contender.costs().isPresent()) {
                MemoryForecast plan = contender.costs().map(ArmCosts::forecast).orElseThrow();
                left = put(shares, "weights of the model", plan.weights() + plan.grafts(), left);
                left =
                    put(
                        shares,
                        "gradients and optimiser state",
                        plan.gradients() + plan.optimizer(),
                        left);
              }
              shares.put("all else", left);
            });
    return shares;
  }

  /** A share, and returns what is then left of the whole. */
  private static long put(Map<String, Long> shares, String name, long bytes, long whole) {
    long share = Math.min(bytes, whole);
    shares.put(name, share);
    return whole - share;
  }

  /**
   * What its trials took by phase; of trials of earlier versions only the training steps are known.
   */
  static Map<String, Double> time(Contender contender) {
    Map<String, Double> shares = new LinkedHashMap<>();
    contender
        .costs()
        .ifPresentOrElse(
            costs ->
                costs.phases().forEach(each -> shares.put(each.phase().label(), each.seconds())),
            () -> shares.put(Phase.STEPS.label(), contender.trainingSeconds()));
    return shares;
  }
}
