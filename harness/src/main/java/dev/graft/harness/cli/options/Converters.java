package dev.graft.harness.cli.options;

import dev.graft.harness.bench.Figure;
import dev.graft.harness.bench.growth.Axis;
import dev.graft.harness.model.ExportFormat;
import dev.graft.harness.report.runs.RunsFormat;
import dev.graft.harness.trial.Stage;
import dev.graft.program.Device.Capture;
import dev.graft.program.Precision;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, with errors that say what was expected. */
public final class Converters {
  private Converters() {}

  /** A count: what else it must be, each option's own check tells. */
  public static Integer whole(String text) {
    if (text.matches("[+-]?\\d+")) {
      BigInteger number = new BigInteger(text);
      if (number.bitLength() >= Integer.SIZE) {
        throw wrong(range(1, Integer.MAX_VALUE), text);
      }
    }
    return (int) (long) large(text);
  }

  public static Long large(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      boolean isLarger = text.matches("[+-]?\\d+");
      throw wrong(isLarger ? range(Long.MIN_VALUE, Long.MAX_VALUE) : "a whole number", text);
    }
  }

  private static String range(long from, long to) {
    return "a whole number from %s to %s".formatted(from, to);
  }

  public static Double real(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw wrong("a number", text);
    }
  }

  public static Boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("the option alone, or with true or false", text);
    };
  }

  /** A name or a path, which an unset variable of the shell is not. */
  public static String named(String text) {
    if (text.isEmpty()) {
      throw wrong("a value", text);
    }
    return text;
  }

  public static Precision precision(String text) {
    return one(
        List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16),
        Precision::toString,
        "float32, bfloat16 or float16",
        text);
  }

  public static RecipeOptions.Kept kept(String text) {
    return switch (text) {
      case "best" -> RecipeOptions.Kept.BEST;
      case "last" -> RecipeOptions.Kept.LAST;
      default -> throw wrong("best or last", text);
    };
  }

  public static Capture capture(String text) {
    return one(
        List.of(Capture.values()),
        when -> when.toString().toLowerCase(Locale.ROOT),
        "auto, on or off",
        text);
  }

  public static ExportFormat format(String text) {
    return one(List.of(ExportFormat.values()), ExportFormat::label, ExportFormat.labels(), text);
  }

  public static RunsFormat runsFormat(String text) {
    return one(List.of(RunsFormat.values()), RunsFormat::label, RunsFormat.labels(), text);
  }

  public static Figure.Arm arm(String text) {
    return one(
        List.of(Figure.Arm.values()),
        Figure.Arm::toString,
        "base, adapted, merged or mixed, joined by commas",
        text);
  }

  public static Axis axis(String text) {
    return one(
        List.of(Axis.values()),
        Axis::toString,
        "layers, length, rows, rank or adapters, joined by commas",
        text);
  }

  public static Stage stage(String text) {
    return one(
        List.of(Stage.values()),
        stage -> stage.toString().toLowerCase(Locale.ROOT),
        "tuning or final",
        text);
  }

  /**
   * One of several values.
   *
   * @param <T> their type
   * @param label by which users know a value
   * @param expected all labels, as an error lists them
   */
  public static <T> T one(List<T> values, Function<T, String> label, String expected, String text) {
    return values.stream()
        .filter(value -> label.apply(value).equals(text))
        .findFirst()
        .orElseThrow(() -> wrong(expected, text));
  }

  /** An error that picocli puts the option's name in front of. */
  static TypeConversionException wrong(String expected, String found) {
    return new TypeConversionException("expected %s, found '%s'".formatted(expected, found));
  }
}
