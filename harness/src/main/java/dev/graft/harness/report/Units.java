package dev.graft.harness.report;

import dev.graft.harness.measure.Estimate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.function.BiFunction;

/** How numbers are written, in every locale alike. */
public final class Units {
  /** An interval that needs more is a point to whoever reads it. */
  private static final int MOST_DECIMALS = 4;

  private Units() {}

  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A whole number in groups of three digits. */
  public static String count(long number) {
    return format("%,d", number);
  }

  /** A whole number of things, of which one is named. */
  public static String count(long number, String thing) {
    return count(number) + " " + thing + (number == 1 ? "" : "s");
  }

  /** A share of something as a percentage, however small, with two or three significant digits. */
  public static String share(double share) {
    BigDecimal percent = BigDecimal.valueOf(100 * share);
    int digits = percent.compareTo(BigDecimal.ONE) < 0 ? 2 : 3;
    return percent.signum() == 0
        ? "0%"
        : percent.round(new MathContext(digits)).toPlainString() + "%";
  }

  /** A percentage that someone chose, such as a margin, as it was chosen. */
  public static String chosen(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
  }

  /** A size in powers of 1,000, as disks are sold. */
  public static String bytes(long bytes) {
    return scaled(bytes, "B", "kB", "MB", "GB", "TB");
  }

  /** Floating-point operations, in powers of 1,000. */
  public static String flops(long operations) {
    return scaled(operations, "FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP");
  }

  private static String scaled(long number, String... units) {
    double size = number;
    int unit = 0;
    while (size >= 999.5 && unit < units.length - 1) {
      size /= 1000;
      unit++;
    }
    return format(unit == 0 || size >= 99.95 ? "%.0f %s" : "%.1f %s", size, units[unit]);
  }

  public static String seconds(double seconds) {
    return seconds < 99.95
        ? format("%.1f s", seconds)
        : format("%d:%02d min", Math.round(seconds) / 60, Math.round(seconds) % 60);
  }

  public static String ratio(double ratio) {
    return fixed(ratio, decimalsOfRatio(ratio));
  }

  /** A ratio with its interval. */
  public static String ratio(Estimate ratio) {
    return interval(ratio, decimalsOfRatio(ratio.value()));
  }

  private static int decimalsOfRatio(double ratio) {
    return ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0;
  }

  /** How far a ratio is from 1, with its sign, in percent. */
  public static String beyondOne(double ratio, int decimals) {
    return signed(100 * (ratio - 1), decimals) + "%";
  }

  /** The same with its interval. */
  public static String beyondOne(Estimate ratio, int least) {
    Estimate percent =
        new Estimate(100 * (ratio.value() - 1), 100 * (ratio.low() - 1), 100 * (ratio.high() - 1));
    return interval(
        percent, decimals(percent, least), (number, decimals) -> signed(number, decimals) + "%");
  }

  /** A number with so many decimals; of what they round to zero there is no sign. */
  public static String fixed(double number, int decimals) {
    return withoutSignOfZero(format("%." + decimals + "f", number));
  }

  /** The same with its sign, plus too. */
  public static String signed(double number, int decimals) {
    return withoutSignOfZero(format("%+." + decimals + "f", number));
  }

  private static String withoutSignOfZero(String number) {
    return number.matches("[+-]0[.0]*") ? number.substring(1) : number;
  }

  /**
   * A value with its interval.
   *
   * @param least decimals; there are more where these don't tell the ends apart
   */
  public static String interval(Estimate estimate, int least) {
    return interval(estimate, decimals(estimate, least), Units::fixed);
  }

  /** The same with signs. */
  public static String signedInterval(Estimate estimate, int least) {
    return interval(estimate, decimals(estimate, least), Units::signed);
  }

  private static String interval(
      Estimate estimate, int decimals, BiFunction<Double, Integer, String> written) {
    return "%s [%s, %s]"
        .formatted(
            written.apply(estimate.value(), decimals),
            written.apply(estimate.low(), decimals),
            written.apply(estimate.high(), decimals));
  }

  /** So many that the ends of an interval differ in the last of them. */
  private static int decimals(Estimate estimate, int least) {
    double width = estimate.high() - estimate.low();
    if (!(width > 0) || Double.isInfinite(width)) {
      return least;
    }
    double needed = Math.ceil(-Math.log10(width) - 1e-9); // 0.01 is a hundredth
    return (int) Math.max(least, Math.min(needed, MOST_DECIMALS));
  }

  /** A p-value as tests are reported: never as zero. */
  public static String probability(double p) {
    return p < 0.001 ? "p<0.001" : format(p < 0.095 ? "p=%.3f" : "p=%.2f", p);
  }
}
