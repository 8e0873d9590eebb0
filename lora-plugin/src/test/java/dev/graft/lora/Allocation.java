package dev.graft.lora;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** AdaLoRA's steps in plain Java: Adam, sensitivities, and the greatest importances. */
final class Allocation {
  static final List<String> SITES =
      List.of(
          "layers.0.attention.query",
          "layers.0.attention.value",
          "layers.1.attention.query",
          "layers.1.attention.value");

  private static final int RANK = 3;
  private static final int WIDTH = 16;
  private static final double BETA = 0.85;

  final Map<String, float[]> tensors = new HashMap<>();
  private final Map<String, double[]> moments = new HashMap<>();

  Allocation(Map<String, float[]> start) {
    start.forEach(
        (name, numbers) -> {
          if (name.contains(".lora_")) {
            tensors.put(name, numbers.clone());
          }
        });
  }

  /** A step with the gradients that training saw; the first step is 1. */
  void step(int t, Map<String, float[]> gradients, double rate, boolean following, int kept) {
    record Triplet(String site, int r, double score) {}
    List<Triplet> triplets = new ArrayList<>();
    for (String site : SITES) {
      for (String matrix : List.of(".lora_A", ".lora_E", ".lora_B")) {
        String name = site + matrix;
        adam(tensors.get(name), gradients.get(name), name, t, rate);
        if (following) {
          follow(tensors.get(name), gradients.get(name), name);
        }
      }
      for (int r = 0; r < RANK; r++) {
        double a = 0;
        double b = 0;
        for (int k = 0; k < WIDTH; k++) {
          a += score(site + ".lora_A", r * WIDTH + k) / WIDTH;
          b += score(site + ".lora_B", k * RANK + r) / WIDTH;
        }
        triplets.add(new Triplet(site, r, score(site + ".lora_E", r) + a + b));
      }
    }
    triplets.sort(Comparator.comparingDouble(Triplet::score).reversed());
    for (Triplet each : triplets.subList(kept, triplets.size())) {
      tensors.get(each.site() + ".lora_E")[each.r()] = 0;
    }
  }

  private void adam(float[] w, float[] gradient, String name, int t, double rate) {
    double[] first = moments.computeIfAbsent("first " + name, n -> new double[w.length]);
    double[] second = moments.computeIfAbsent("second " + name, n -> new double[w.length]);
    for (int i = 0; i < w.length; i++) {
      first[i] = 0.9 * first[i] + 0.1 * gradient[i];
      second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
      double m = first[i] / (1 - Math.pow(0.9, t));
      double v = second[i] / (1 - Math.pow(0.999, t));
      w[i] -= (float) (rate * m / (Math.sqrt(v) + 1e-8));
    }
  }

  private void follow(float[] w, float[] gradient, String name) {
    float[] mean = tensors.get(name + ".importance");
    float[] spread = tensors.get(name + ".uncertainty");
    for (int i = 0; i < w.length; i++) {
      double sensitivity = Math.abs((double) w[i] * gradient[i]);
      mean[i] = (float) (BETA * mean[i] + (1 - BETA) * sensitivity);
      spread[i] = (float) (BETA * spread[i] + (1 - BETA) * Math.abs(sensitivity - mean[i]));
    }
  }

  private double score(String name, int i) {
    return (double) tensors.get(name + ".importance")[i] * tensors.get(name + ".uncertainty")[i];
  }
}
