package dev.graft.harness.measure;

import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/** How something grows: as which power of something else, by least squares on the logarithms. */
public final class PowerLaw {
  private PowerLaw() {}

  /**
   * The exponent.
   *
   * @param sizes positive, two different ones at least
   * @param found positive, as many
   */
  public static double exponent(List<Integer> sizes, List<Double> found) {
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < sizes.size(); i++) {
      line.addData(Math.log(sizes.get(i)), Math.log(found.get(i)));
    }
    return line.getSlope();
  }

  /**
   * The median exponent of several rounds.
   *
   * @param rounds what was found in each, by size
   */
  public static Estimate exponents(List<Integer> sizes, List<List<Double>> rounds) {
    return Estimate.median(rounds.stream().mapToDouble(found -> exponent(sizes, found)).toArray());
  }
}
