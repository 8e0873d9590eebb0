package dev.graft.harness.report;

import dev.graft.harness.measure.Estimate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written, in every locale alike. */
public final class Units {
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
    return format(ratio < 9.995 ? "%.2f" : ratio < 99.95 ? "%.1f" : "%.0f", ratio);
  }

  /** A ratio with its interval. */
  public static String ratio(Estimate ratio) {
    return "%s [%s, %s]".formatted(ratio(ratio.value()), ratio(ratio.low()), ratio(ratio.high()));
  }

  /** A p-value as tests are reported: never as zero. */
  public static String probability(double p) {
    return p < 0.001 ? "p<0.001" : format(p < 0.095 ? "p=%.3f" : "p=%.2f", p);
  }
}
