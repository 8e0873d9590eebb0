package dev.graft.harness.report.figure;

import dev.graft.harness.training.Validation;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A long row of numbers in a few hundred.
 *
 * @param every so many neighbours are one value; the last may be of fewer
 * @param values means of neighbours, to five significant digits
 */
record Curve(int every, List<Double> values) {
  private static final MathContext DIGITS = new MathContext(5);

  /**
   * Of losses.
   *
   * @param most how many values it may have
   */
  static Curve of(List<Double> losses, int most) {
    int every = every(losses.size(), most);
    List<Double> values = new ArrayList<>();
    for (int first = 0; first < losses.size(); first += every) {
      values.add(
          rounded(
              losses.subList(first, Math.min(losses.size(), first + every)).stream()
                  .mapToDouble(Double::doubleValue)
                  .average()
                  .orElseThrow()));
    }
    return new Curve(every, values);
  }

  /** As many of them as there may be, evenly, the last among them. */
  static List<Validation> thinned(List<Validation> validations, int most) {
    int every = every(validations.size(), most);
    return IntStream.range(0, validations.size())
        .filter(i -> (validations.size() - 1 - i) % every == 0)
        .mapToObj(validations::get)
        .toList();
  }

  /** Of how many there are so many at most, if only each such one is taken. */
  private static int every(int size, int most) {
    return Math.max(1, (size + most - 1) / most);
  }

  private static double rounded(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).round(DIGITS).doubleValue()
        : Double.NaN;
  }
}
