package dev.graft.harness.measure.gpu;

import java.util.Locale;
import java.util.Optional;

/**
 * A number that a device told, or the reason why it did not.
 *
 * @param value in the unit that whoever asked for it says
 * @param reason why there is none; empty where there is one
 */
public record Reading(Optional<Double> value, String reason) {
  /** Something that may be impossible to measure here. */
  @FunctionalInterface
  public interface Source {
    double read() throws NotMeasuredException;
  }

  public static Reading of(Source source) {
    try {
      return new Reading(Optional.of(source.read()), "");
    } catch (NotMeasuredException e) {
      return none(e.getMessage());
    }
  }

  public static Reading none(String reason) {
    return new Reading(Optional.empty(), reason);
  }

  /** By how much this is more than another, if both were told. */
  public Reading less(Reading other) {
    return value.isEmpty()
        ? this
        : other.value.isEmpty() ? other : new Reading(value.map(n -> n - other.value.get()), "");
  }

  /** The number with its unit, or why there is none. */
  public String written(String format, String unit) {
    return value
        .map(number -> String.format(Locale.ROOT, format, number) + unit)
        .orElse("not measured: " + reason);
  }
}
