package dev.graft.harness.cli.options;

import java.math.BigDecimal;

/**
 * A percentage of an option.
 *
 * @param value as a fraction
 */
public record Share(double value) {
  private static final String FORM = "[0-9]{1,2}(\\.[0-9]{1,4})?%";

  /** Reads a percentage. */
  public static Share parse(String text) {
    if (!text.matches(FORM) || text.matches("[0.]+%")) {
      throw Converters.wrong("a percentage above 0, such as 5%", text);
    }
    return new Share(
        new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(2).doubleValue());
  }

  @Override
  public String toString() {
    return BigDecimal.valueOf(value).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
  }
}
