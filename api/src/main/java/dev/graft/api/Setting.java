package dev.graft.api;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

  /** Names, or regular expressions between slashes, in brackets; none by default. */
  public static Setting<List<String>> names(String name, String help) {
    return new Setting<>(
            name,
            "name or regular expression in slashes",
            "",
            help,
            text -> Targets.of(text).entries().get(0))
        .listed();
  }

  /** Any number of such values in brackets; none by default. */
  public Setting<List<T>> listed() {
    return new Setting<>(
        name,
        "[a,b,...], each a " + type,
        List.of(),
        help,
        text -> Brackets.elements(text).stream().map(this::element).toList());
  }

  /** Such values by patterns of paths, in brackets; none by default. */
  public Setting<PathPatterns<T>> byPath() {
    return new Setting<>(
        name,
        "[pattern=a,pattern=b,...], each value a " + type,
        new PathPatterns<>(Map.of()),
        help,
        this::patterns);
  }

  /** Such a value or {@code none}, which is the default. */
  public Setting<Optional<T>> optional() {
    return new Setting<>(
        name,
        type + ", or none",
        Optional.empty(),
        help,
        text -> text.equals("none") ? Optional.empty() : Optional.of(reader.apply(text)));
  }

  private PathPatterns<T> patterns(String text) {
    Map<String, T> entries = new LinkedHashMap<>();
    for (String element : Brackets.elements(text)) {
      // The last one: a regular expression may hold others.
      int equals = element.lastIndexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("'" + element + "' without a pattern or a value");
      }
      String pattern = element.substring(0, equals).strip();
      if (entries.put(pattern, element(element.substring(equals + 1).strip())) != null) {
        throw new IllegalArgumentException("'" + pattern + "' twice");
      }
    }
    return new PathPatterns<>(entries);
  }

  private T element(String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      boolean ours = !(e instanceof NumberFormatException) && e.getMessage() != null;
      throw new IllegalArgumentException(ours ? e.getMessage() : "'" + text + "'", e);
    }
  }

  /** The value as it is written in commands and files; {@link #reader} reads it back. */
  public static String written(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(Setting::written).orElse("none");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Setting::written).collect(Collectors.joining(",", "[", "]"));
    }
    return value instanceof Double number ? plain(number) : value.toString();
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
