package dev.graft.harness.report.figure;

import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.report.comparison.Contender;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a measured whole is made of, by name and in the order in which it is shown. */
final class Shares {
  /** A gradient and two moments of AdamW for each trained weight. */
  private static final int NUMBERS_A_WEIGHT = 3;

  private Shares() {}

  /**
   * The peak of training: what its weights take by their number, and the rest that was measured.
   * Empty where no peak was.
   */
  static Map<String, Long> memory(Contender contender) {
    Map<String, Long> shares = new LinkedHashMap<>();
    contender
        .memory()
        .ifPresent(
            peak -> {
              long weights = contender.counts().host() * contender.arm().precision().bytes();
              long trained = contender.counts().total() * NUMBERS_A_WEIGHT * Float.BYTES;
              shares.put("weights of the model", Math.min(peak, weights));
              shares.put(
                  "gradients and optimiser state",
                  Math.min(peak - Math.min(peak, weights), trained));
              shares.put("all else", Math.max(0, peak - weights - trained));
            });
    return shares;
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
