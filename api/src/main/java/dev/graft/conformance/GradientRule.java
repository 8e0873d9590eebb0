package dev.graft.conformance;

import dev.graft.api.ParameterSpec;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.ExactLoss;
import dev.graft.model.Training;
import dev.graft.transformer.Owned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Gradients against differences of the loss: for every trained tensor along random directions, all
 * its elements at a time, with the loss in 64 bits.
 */
final class GradientRule {
  private static final int DIRECTIONS = 2;

  /** So small that hardly any unit passes a kink. */
  private static final float STEP = 1e-6f;

  /** Of the tensor's gradient. */
  private static final double TOLERANCE = 3e-3;

  /** Of the largest gradient of all: what 32 bits leave of it. */
  private static final double NOISE = 2e-5;

  /** Where a loss of 32 bits has to do. */
  private static final float COARSE_STEP = 1e-2f;

  private static final double COARSE_TOLERANCE = 5e-2;
  private static final double COARSE_NOISE = 1e-2;

  private GradientRule() {}

  /** A loss at other values of a tensor. */
  private interface Loss {
    double at(Map<String, float[]> changed);
  }

  static void check(Bench bench) throws Finding {
    TokenBatch batch = bench.batch();
    double[] labels = bench.material().labels();
    try (Attachment moved = bench.moved();
        Training training = Bench.training(moved, 0, Bench.STEPS)) {
      Map<String, float[]> gradients = training.gradients(batch, labels, 0);
      float one = gradients.get("loss")[0];
      float other = training.gradients(batch, labels, 1).get("loss")[0];
      if (one == other) {
        try (ExactLoss exact = training.exactLoss()) {
          requireEqual(exact.at(Map.of(), batch, labels, 0), one);
          Loss loss = changed -> exact.at(changed, batch, labels, 0);
          judge(moved, compare(moved, gradients, loss, STEP, TOLERANCE, NOISE));
        }
      } else {
        // The method draws something: the difference is taken of one draw.
        Loss loss = changed -> drawn(moved, changed, batch, labels);
        judge(moved, compare(moved, gradients, loss, COARSE_STEP, COARSE_TOLERANCE, COARSE_NOISE));
      }
    }
  }

  /** Gradients are those of the loss, but for parameters that say otherwise. */
  private static void judge(Attachment attachment, Map<String, Finding> differences)
      throws Finding {
    List<ParameterSpec> cut =
        attachment.stack().owned().stream()
            .map(Owned::spec)
            .filter(spec -> spec.cutGradient().isPresent())
            .toList();
    for (Map.Entry<String, Finding> difference : differences.entrySet()) {
      if (cut.stream().noneMatch(spec -> spec.name().equals(difference.getKey()))) {
        throw difference.getValue();
      }
    }
    if (!cut.isEmpty() && differences.isEmpty()) {
      throw new Finding(
          cut.get(0).name(),
          "a gradient that is not that of the loss, since it is declared cut (%s)"
              .formatted(cut.get(0).cutGradient().get()),
          "none of %s so declared that differs".formatted(cut.size()));
    }
  }

  private static double drawn(
      Attachment attachment, Map<String, float[]> changed, TokenBatch batch, double[] labels) {
    try (Attachment other = attachment.with(changed);
        Training training = Bench.training(other, 0, Bench.STEPS)) {
      return training.gradients(batch, labels, 0).get("loss")[0];
    }
  }

  private static void requireEqual(double exact, float loss) throws Finding {
    if (!(Math.abs(loss - exact) <= 1e-4 * Math.max(1, Math.abs(exact)))) {
      throw Finding.of(
          "the loss", "in training what it is in 64 bits, " + exact, "%.6g", (double) loss);
    }
  }

  private static Map<String, Finding> compare(
      Attachment attachment,
      Map<String, float[]> gradients,
      Loss loss,
      float step,
      double tolerance,
      double noise) {
    List<String> names = new ArrayList<>(Bench.trained(attachment));
    names.retainAll(gradients.keySet());
    double largest =
        names.stream().mapToDouble(n -> Numbers.norm(gradients.get(n))).max().orElse(0);
    Map<String, float[]> values = attachment.tensors();
    Map<String, Finding> differences = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(17);
    for (String name : names) {
      float[] gradient = gradients.get(name);
      for (int k = 0; k < DIRECTIONS; k++) {
        float[] up = values.get(name).clone();
        float[] down = up.clone();
        double expected = 0;
        for (int i = 0; i < up.length; i++) {
          float by = random.nextBoolean() ? step : -step;
          up[i] += by;
          down[i] -= by;
          expected += gradient[i] * ((double) up[i] - down[i]);
        }
        double found = loss.at(Map.of(name, up)) - loss.at(Map.of(name, down));
        double allowed = 2 * step * (tolerance * Numbers.norm(gradient) + noise * largest);
        if (!(Math.abs(found - expected) <= allowed)) {
          differences.putIfAbsent(
              name,
              Finding.of(
                  name,
                  String.format(
                      Locale.ROOT,
                      "a gradient that predicts how the loss changes: by %.6g along a direction, to within %.2g",
                      expected,
                      allowed),
                  "%.6g",
                  found));
        }
      }
    }
    return differences;
  }
}
