package dev.graft.harness.forgetting;

import dev.graft.harness.measure.Numbers;
import dev.graft.harness.measure.Weighted;
import dev.graft.model.Pretraining;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a model does on general text what it was pretrained to do, before its training and after
 * it. Both are asked for the same tokens.
 *
 * @param predicted what it was pretrained to predict
 * @param tokens of each passage, how many were predicted
 * @param before of each passage the mean loss of a predicted token, in nats: the base without any
 *     method
 * @param after the same of what was trained
 */
public record Forgetting(
    Pretraining.Objective predicted, List<Double> tokens, List<Double> before, List<Double> after) {
  public Forgetting {
    tokens = Numbers.copyOf(tokens);
    before = Numbers.copyOf(before);
    after = Numbers.copyOf(after);
    if (tokens.isEmpty() || before.size() != tokens.size() || after.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "%s losses before and %s after of %s passages"
              .formatted(before.size(), after.size(), tokens.size()));
    }
  }

  public int passages() {
    return tokens.size();
  }

  /** How many tokens were predicted in all passages. */
  public long predictedTokens() {
    return tokens.stream().mapToLong(Double::longValue).sum();
  }

  /** The mean loss of a token before the training, in nats. */
  public double lossBefore() {
    return weightedBefore().once(passages());
  }

  /** The mean loss of a token after the training, in nats. */
  public double lossAfter() {
    return weightedAfter().once(passages());
  }

  /** {@link #lossBefore} where passages have weights. */
  public Weighted weightedBefore() {
    return weighted(before);
  }

  /** {@link #lossAfter} where passages have weights. */
  public Weighted weightedAfter() {
    return weighted(after);
  }

  /** In a few numbers, by their names. */
  public Map<String, Double> summary() {
    Map<String, Double> summary = new LinkedHashMap<>();
    summary.put("loss_before", lossBefore());
    summary.put("loss_after", lossAfter());
    summary.put("tokens", (double) predictedTokens());
    return summary;
  }

  private Weighted weighted(List<Double> losses) {
    return weights -> {
      double sum = 0;
      double count = 0;
      for (int passage = 0; passage < weights.length; passage++) {
        double share = weights[passage] * tokens.get(passage);
        sum += share * losses.get(passage);
        count += share;
      }
      return sum / count;
    };
  }
}
