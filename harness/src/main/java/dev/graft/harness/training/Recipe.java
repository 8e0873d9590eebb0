package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a trial trains: AdamW with a learning rate that rises linearly, then falls linearly to zero.
 *
 * @param warmup the share of the steps in which the learning rate rises
 * @param weightDecay decoupled, for parameters that declare none of their own
 * @param clipNorm the global norm that gradients are clipped to; 0 for none
 * @param learningRate for all grafts and the head; if absent each graft has its method's own, and
 *     the head {@link #HEAD_RATE}
 * @param maxLength in tokens, special ones included; longer texts are cut
 * @param hostDropout the host's own dropouts; if absent those of its {@code config.json}
 */
public record Recipe(
    int epochs,
    int batchSize,
    double warmup,
    double weightDecay,
    double clipNorm,
    Optional<Double> learningRate,
    int maxLength,
    Optional<Double> hostDropout) {
  /** The peak learning rate of the task head, which starts from nothing. */
  public static final double HEAD_RATE = 5e-3;

  private static final double MOST = 1000;

  public static final Recipe DEFAULT =
      new Recipe(1, 16, 0.06, 0.01, 1.0, Optional.empty(), 128, Optional.empty());

  public Recipe {
    check("epochs", epochs, epochs >= 1 && epochs <= 10_000, "a whole number from 1 to 10000");
    check("batch size", batchSize, batchSize >= 1, "a whole number from 1");
    check("warm-up", warmup, warmup >= 0 && warmup < 1, "a share of the steps, from 0 to below 1");
    check(
        "weight decay",
        weightDecay,
        weightDecay >= 0 && weightDecay <= MOST,
        "a number from 0 to 1000");
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException("no norm to clip to: " + clipNorm);
    }
    learningRate.ifPresent(
        r -> check("learning rate", r, r > 0 && r <= MOST, "a number above 0, at most 1000"));
    check("maximum length", maxLength, maxLength >= 4, "a whole number of tokens from 4");
    hostDropout.ifPresent(
        p -> check("dropout of the host", p, p >= 0 && p < 1, "a probability from 0 to below 1"));
  }

  private static void check(String what, Number found, boolean isRight, String expected) {
    if (!isRight) {
      throw GraftException.input("The %s can't be %s.", what, found).expected(expected);
    }
  }

  /** How the host of such a training is loaded. */
  Model.Options options(Precision precision) {
    Model.Options options = Model.Options.DEFAULT.withPrecision(precision);
    return hostDropout.map(options::withDropout).orElse(options);
  }

  /** All of it by the names that the command line has for it. */
  Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    written.put("epochs", String.valueOf(epochs));
    written.put("batch-size", String.valueOf(batchSize));
    written.put("warmup", String.valueOf(warmup));
    written.put("weight-decay", String.valueOf(weightDecay));
    written.put("clip-norm", String.valueOf(clipNorm));
    written.put("learning-rate", learningRate.map(String::valueOf).orElse("of each method"));
    written.put("max-length", String.valueOf(maxLength));
    written.put("host-dropout", hostDropout.map(String::valueOf).orElse("of config.json"));
    return written;
  }

  public Recipe withMaxLength(int tokens) {
    return new Recipe(
        epochs, batchSize, warmup, weightDecay, clipNorm, learningRate, tokens, hostDropout);
  }
}
