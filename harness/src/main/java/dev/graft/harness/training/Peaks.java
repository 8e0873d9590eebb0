package dev.graft.harness.training;

import dev.graft.transformer.Stack;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The peak learning rates of a training.
 *
 * @param methods one for each method of the stack, in its order
 * @param head that of the task head
 */
public record Peaks(List<Double> methods, double head) {
  /** The length of a training, and the width of a host, that methods recommend their rates for. */
  private static final int STEPS = 1000;

  private static final int WIDTH = 384;

  /** Of shorter trainings, and of narrower hosts, nothing is known. */
  private static final int FEWEST_STEPS = 50;

  private static final int NARROWEST = 128;

  public Peaks {
    methods = List.copyOf(methods);
  }

  /** How the name of each method's rate begins among settings; its place in the stack follows. */
  public static final String RATE = "learning-rate-";

  /** Those of the methods by name, from the first of the stack on. */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    for (int i = 0; i < methods.size(); i++) {
      written.put(RATE + (i + 1), String.valueOf(methods.get(i)));
    }
    return written;
  }

  /** Those of a stack: what is named, or else what its methods recommend. */
  static Peaks of(Rates rates, Stack stack, int steps) {
    double factor = factor(stack.host().width(), steps);
    return new Peaks(
        IntStream.range(0, stack.spec().items().size())
            .mapToObj(i -> rates.of(i, factor * recommended(stack, i)))
            .toList(),
        rates.ofHead());
  }

  private static double recommended(Stack stack, int place) {
    return stack.spec().items().get(place).method().spec().learningRate();
  }

  /**
   * By how much a recommended rate is to be multiplied: longer trainings and wider hosts want
   * smaller ones. Measured with seven methods on SST-2, at widths of 384 and 768, with 130, 1,000
   * and 3,789 steps ({@code studies/rates.yaml}): by this rule none of the 42 is more than half a
   * point below the best of a grid, and by one rate for all of a method it is up to 1.5 points.
   */
  public static double factor(int width, int steps) {
    return Math.pow((double) STEPS / Math.max(FEWEST_STEPS, steps), 0.25)
        * Math.sqrt((double) WIDTH / Math.max(NARROWEST, width));
  }
}
