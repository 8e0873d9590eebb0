package dev.graft.harness.model;

import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.transformer.Stack;
import java.util.Map;
import java.util.Random;

/** Values for measurements that do not depend on what they are. */
public final class AnyValues {
  private static final double DEVIATION = 0.02;

  private AnyValues() {}

  /**
   * A stack with no tensor of zeros, by which a device computes faster than by any others. The
   * caller closes it.
   *
   * @param seed equal seeds give equal values
   */
  public static Attachment attached(Model host, Stack stack, long seed) {
    try (Attachment drawn = host.attach(stack, seed)) {
      Random random = new Random(seed);
      Map<String, float[]> tensors = drawn.tensors();
      for (float[] numbers : tensors.values()) {
        if (isZero(numbers)) {
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (DEVIATION * random.nextGaussian());
          }
        }
      }
      return drawn.with(tensors);
    }
  }

  private static boolean isZero(float[] numbers) {
    for (float number : numbers) {
      if (number != 0) {
        return false;
      }
    }
    return true;
  }
}
