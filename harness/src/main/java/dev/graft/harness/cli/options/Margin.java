package dev.graft.harness.cli.options;

import dev.graft.harness.report.Units;
import java.math.BigDecimal;

/**
 * A difference that matters, as an option has it: a percentage.
 *
 * @param value as a fraction
 */
public record Margin(double value) {
  private static final String FORM = "[0-9]{1,2}(\\.[0-9]{1,4})?%";

  /** Reads a percentage. */
  public static Margin parse(String text) {
    if (!text.matches(FORM) || text.matches("[0.]+%")) {
      throw Converters.wrong("a percentage above 0, such as 5%", text);
    }
    return new Margin(
        new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(2).doubleValue());
  }

  @Override
  public String toString() {
    return Units.chosen(value);
  }
}
