package dev.graft.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One setting of a method, declared once: its name, type, default, range and a line of help.
 *
 * @param <T> the type of its value
 * @param name lower-case words joined by hyphens
 * @param type the type in words, with the range: {@code whole number from 1 to 4096}
 * @param reader from text to a value; throws {@link IllegalArgumentException} if it is not one
 */
public record Setting<T>(
    String name, String type, T defaultValue, String help, Function<String, T> reader) {
  public Setting {
    if (help.isBlank()) {
      throw new IllegalArgumentException("the setting '" + name + "' has no line of help");
    }
  }

  /** A whole number in a range, both ends included. */
  public static Setting<Integer> integer(
      String name, int defaultValue, int min, int max, String help) {
    return new Setting<>(
        name,
        "whole number from %d to %d".formatted(min, max),
        defaultValue,
        help,
        text -> {
          int value = Integer.parseInt(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /** A real number in a range, both ends included. */
  public static Setting<Double> real(
      String name, double defaultValue, double min, double max, String help) {
    return new Setting<>(
        name,
        "number from %s to %s".formatted(plain(min), plain(max)),
        defaultValue,
        help,
        text -> {
          double value = Double.parseDouble(text);
          if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /** True or false. */
  public static Setting<Boolean> flag(String name, boolean defaultValue, String help) {
    return new Setting<>(
        name,
        "true or false",
        defaultValue,
        help,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** One constant of an enum, written in lower case with hyphens. */
  public static <E extends Enum<E>> Setting<E> choice(String name, E defaultValue, String help) {
    E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
    return new Setting<>(
        name,
        Arrays.stream(constants).map(Setting::written).collect(Collectors.joining(", ")),
        defaultValue,
        help,
        text ->
            Arrays.stream(constants)
                .filter(constant -> written(constant).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  /** A selection of projections. */
  public static Setting<Targets> targets(String name, Targets defaultValue, String help) {
    return new Setting<>(
        name,
        "names of projections in brackets, a regular expression in slashes, or all-linear",
        defaultValue,
        help,
        Targets::parse);
  }

  /** The value as it is written in commands and files; {@link #reader} reads it back. */
  public static String written(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return value instanceof Double number ? plain(number) : value.toString();
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
