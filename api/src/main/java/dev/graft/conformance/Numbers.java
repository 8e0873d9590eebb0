package dev.graft.conformance;

import dev.graft.api.StoredTensor;
import dev.graft.model.Attachment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Comparisons that say where numbers differ. */
final class Numbers {
  private Numbers() {}

  /** Whether a number, or any of them, is infinite or none. */
  static boolean areFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  static double largest(float[] numbers) {
    double largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }

  static double norm(float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += (double) number * number;
    }
    return Math.sqrt(sum);
  }

  /** All rows, one behind the other. */
  static float[] flat(float[][] rows) {
    int size = 0;
    for (float[] row : rows) {
      size += row.length;
    }
    float[] flat = new float[size];
    int to = 0;
    for (float[] row : rows) {
      System.arraycopy(row, 0, flat, to, row.length);
      to += row.length;
    }
    return flat;
  }

  /** max|a - b| / max|b|. */
  static double error(float[] found, float[] expected) {
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) found[i] - expected[i]);
      error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
    }
    return error == 0 ? 0 : error / Math.max(largest(expected), Float.MIN_NORMAL);
  }

  /** Refuses tensors that differ more than a tolerance, of max|a - b| / max|b|. */
  static void requireClose(
      String what, float[] found, float[] expected, double tolerance, String rule) throws Finding {
    double error = error(found, expected);
    if (!(error <= tolerance)) {
      throw Finding.of(
          what, rule + " to within " + tolerance, "a relative difference of %.3g", error);
    }
  }

  static void requireClose(
      String what, float[][] found, float[][] expected, double tolerance, String rule)
      throws Finding {
    for (int row = 0; row < expected.length; row++) {
      requireClose(what + ", row " + row, found[row], expected[row], tolerance, rule);
    }
  }

  /** Refuses rows that differ in a bit. */
  static void requireEqual(String what, float[][] found, float[][] expected, String rule)
      throws Finding {
    for (int row = 0; row < expected.length; row++) {
      requireEqual(what + ", row " + row, found[row], expected[row], rule);
    }
  }

  static void requireEqual(String what, List<float[]> found, List<float[]> expected, String rule)
      throws Finding {
    for (int i = 0; i < expected.size(); i++) {
      requireEqual(what + " " + i, found.get(i), expected.get(i), rule);
    }
  }

  /** Refuses two attachments that differ in a saved tensor. */
  static void requireEqual(Attachment found, Attachment expected, String rule) throws Finding {
    requireEqual(found.tensors(), expected.tensors(), rule);
    Map<String, StoredTensor> all = found.stored();
    for (Map.Entry<String, StoredTensor> each : expected.stored().entrySet()) {
      if (!each.getValue().equals(all.get(each.getKey()))) {
        throw new Finding(each.getKey(), rule + ", to the last digit", "other whole numbers");
      }
    }
  }

  static void requireEqual(Map<String, float[]> found, Map<String, float[]> expected, String rule)
      throws Finding {
    if (!found.keySet().equals(expected.keySet())) {
      throw new Finding(
          "the tensors' names", rule + ": " + expected.keySet(), found.keySet().toString());
    }
    for (Map.Entry<String, float[]> each : expected.entrySet()) {
      requireEqual(each.getKey(), found.get(each.getKey()), each.getValue(), rule);
    }
  }

  private static void requireEqual(String what, float[] found, float[] expected, String rule)
      throws Finding {
    int at = Arrays.mismatch(found, expected);
    if (at >= 0) {
      throw Finding.of(
          what,
          rule + ", bit for bit",
          at < Math.min(found.length, expected.length)
              ? "element %d is %s, not %s"
              : "%d numbers, not as many",
          at,
          at < found.length ? found[at] : "",
          at < expected.length ? expected[at] : "");
    }
  }
}
