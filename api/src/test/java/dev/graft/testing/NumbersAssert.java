package dev.graft.testing;

import org.assertj.core.api.AbstractAssert;

/** Assertions on a tensor's numbers that name the worst element. */
public final class NumbersAssert extends AbstractAssert<NumbersAssert, float[]> {
  private NumbersAssert(float[] actual) {
    super(actual, NumbersAssert.class);
  }

  public static NumbersAssert assertThat(float[] actual) {
    return new NumbersAssert(actual);
  }

  /** Checks that max|a - b| / max|b| is at most the tolerance. */
  public NumbersAssert isCloseTo(float[] expected, double tolerance) {
    return isCloseTo(expected, tolerance, new boolean[expected.length]);
  }

  /** The same, leaving elements out. */
  public NumbersAssert isCloseTo(float[] expected, double tolerance, boolean[] exempt) {
    isNotNull();
    if (actual.length != expected.length) {
      failWithMessage("expected %d numbers, found %d", expected.length, actual.length);
    }
    double scale = 0;
    int worst = -1;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = exempt[i] ? scale : Math.max(scale, Math.abs(expected[i]));
      double difference = Math.abs((double) actual[i] - expected[i]);
      if (!exempt[i] && !(difference <= error)) {
        error = difference;
        worst = i;
      }
    }
    if (worst >= 0 && !(error <= tolerance * Math.max(scale, Float.MIN_NORMAL))) {
      failWithMessage(
          "relative error %.3g is above %.3g; the worst of %d elements is [%d]: expected %s, found %s",
          error / scale, tolerance, expected.length, worst, expected[worst], actual[worst]);
    }
    return this;
  }

  /** The rows of a table, one after the other. */
  public static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    return flat;
  }
}
