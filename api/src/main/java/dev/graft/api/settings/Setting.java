package dev.graft.api.settings;

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
 * @param defaultValue one that the reader allows, which the conformance kit checks
 * @param help one line, of two words at least, for commands and documentation
 * @param reader from text to a value; throws {@link IllegalArgumentException} if it is not one
 * @param tuning where a study that tunes looks for a value while the setting has its default;
 *     absent for one that is not worth it
 */
public record Setting<T>(
    String name,
    String type,
    T defaultValue,
    String help,
    Function<String, T> reader,
    Optional<TuningRange> tuning) {
  /**
   * A setting with a reader of its own: whole and real numbers, flags, choices and targets have
   * static methods.
   *
   * @param name lower-case words joined by hyphens
   * @param type shown after "expected:" where the reader refuses a text
   * @param defaultValue as the reader makes it of the text that {@link #written} makes of it
   * @param help not blank
   * @param reader whose message, if it has one, is shown after "found:" where it refuses a text
   * @param tuning absent for a setting that is not worth tuning
   * @throws IllegalArgumentException if the help is blank
   */
  public Setting {
    if (help.isBlank()) {
      throw new IllegalArgumentException("the setting '" + name + "' has no line of help");
    }
  }

  /**
   * A setting with a reader of its own that is not worth tuning.
   *
   * @param name lower-case words joined by hyphens
   * @param type shown after "expected:" where the reader refuses a text
   * @param defaultValue as the reader makes it of the text that {@link #written} makes of it
   * @param help not blank
   * @param reader whose message, if it has one, is shown after "found:" where it refuses a text
   * @throws IllegalArgumentException if the help is blank
   */
  public Setting(
      String name, String type, T defaultValue, String help, Function<String, T> reader) {
    this(name, type, defaultValue, help, reader, Optional.empty());
  }

  /**
   * {@return a setting that is a whole number in a range}
   *
   * @param name lower-case words joined by hyphens
   * @param defaultValue in the range
   * @param min the smallest number allowed
   * @param max the largest number allowed
   * @param help one line for commands and documentation
   */
  public static Setting<Integer> integer(
      String name, int defaultValue, int min, int max, String help) {
    return new Setting<>(
        name,
        "whole number from %s to %s".formatted(min, max),
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

  /**
   * {@return a setting that is a real number in a range}
   *
   * @param name lower-case words joined by hyphens
   * @param defaultValue in the range
   * @param min the smallest number allowed
   * @param max the largest number allowed
   * @param help one line for commands and documentation
   */
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

  /**
   * {@return a setting that is {@code true} or {@code false}, spelled so}
   *
   * @param name lower-case words joined by hyphens
   * @param defaultValue where nothing is said
   * @param help one line for commands and documentation: what holds when it is true
   */
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

  /**
   * {@return a setting that is one constant of an enum, written in lower case with hyphens}
   *
   * @param <E> its constants, all of them, are the choices
   * @param name lower-case words joined by hyphens
   * @param defaultValue tells which enum
   * @param help one line for commands and documentation
   */
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

  /**
   * {@return a setting that selects projections}
   *
   * @param name lower-case words joined by hyphens
   * @param defaultValue of names that all architectures have, such as {@code query} and {@code
   *     value}
   * @param help one line for commands and documentation
   */
  public static Setting<Targets> targets(String name, Targets defaultValue, String help) {
    return new Setting<>(
        name,
        "names of projections in brackets, a regular expression in slashes, or all-linear",
        defaultValue,
        help,
        Targets::parse);
  }

  /**
   * {@return a setting that lists names, or regular expressions between slashes, in brackets; none
   * by default}
   *
   * @param name lower-case words joined by hyphens
   * @param help one line for commands and documentation
   */
  public static Setting<List<String>> names(String name, String help) {
    return new Setting<>(
            name,
            "name or regular expression in slashes",
            "",
            help,
            text -> Targets.of(text).entries().get(0))
        .listed();
  }

  /**
   * {@return the same number, which is worth tuning}
   *
   * @param range whose ends the reader allows; of whole numbers the nearest is taken
   * @throws IllegalArgumentException if the setting is not a number, or does not allow an end
   */
  public Setting<T> tuned(TuningRange range) {
    Setting<T> tuned = new Setting<>(name, type, defaultValue, help, reader, Optional.of(range));
    tuned.at(range.low());
    tuned.at(range.high());
    return tuned;
  }

  /**
   * {@return the text of a number, as {@link #reader} reads it}
   *
   * @param number rounded for a setting of whole numbers
   * @throws IllegalArgumentException if the setting is not a number, or does not allow this one
   */
  public String at(double number) {
    if (!(defaultValue instanceof Integer || defaultValue instanceof Double)) {
      throw new IllegalArgumentException("the setting '" + name + "' is not a number");
    }
    Object value = defaultValue instanceof Integer ? (Object) Math.round(number) : (Object) number;
    return written(reader.apply(written(value)));
  }

  /** {@return any number of such values in brackets; none by default} */
  public Setting<List<T>> listed() {
    return new Setting<>(
        name,
        "[a,b,...], each a " + type,
        List.of(),
        help,
        text -> Brackets.elements(text).stream().map(this::element).toList());
  }

  /** {@return such values by patterns of paths, in brackets; none by default} */
  public Setting<PathPatterns<T>> byPath() {
    return new Setting<>(
        name,
        "[pattern=a,pattern=b,...], each value a " + type,
        new PathPatterns<>(Map.of()),
        help,
        this::patterns);
  }

  /** {@return such a value or {@code none}, which is the default} */
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

  /**
   * {@return the value as it is written in commands and files; {@link #reader} reads it back}
   *
   * @param value of a setting: a number, a truth value, an enum's constant, targets, patterns, or a
   *     list or {@code Optional} of those
   */
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
